package chart

import (
	"helm.sh/helm/v4/pkg/chart/loader/archive"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// Files are a chart's files as this engine reads them, for a Helm that parses them itself.
type Files struct {
	Buffered []*archive.BufferedFile
	// Digest is "sha256:…" over the files.
	Digest string
	unread []unreadLink
}

// Files reads the files of the chart at an absolute path, with the limits and links of Load.
func (s *Store) Files(path string) (*Files, error) {
	if err := wire.CheckAbsolute("chart", path); err != nil {
		return nil, err
	}
	found, err := findFiles(path)
	if err != nil {
		return nil, failure.LoadError(path, err)
	}
	buffered, err := found.read()
	if err != nil {
		return nil, failure.LoadError(path, err)
	}
	// A loader renames files of sub-charts in place, so the digest comes first.
	files := &Files{Buffered: buffered, Digest: digestOf(buffered), unread: found.unread}
	if err := checkEncodings(buffered); err != nil {
		return nil, failure.LoadError(path, err)
	}
	return files, nil
}

// Incomplete returns the failure, or describes it as one of a chart that could not be read when its
// cause may be a link that was not followed.
func (f *Files) Incomplete(failure error) error { return incomplete(f.unread, failure) }

// WeakenSchema removes from a schema what refers to another file or to the network.
func WeakenSchema(schema []byte) []byte {
	remaining, _ := weakenSchema(schema)
	return remaining
}
