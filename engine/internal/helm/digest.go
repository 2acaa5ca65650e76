package helm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
)

// digestOf returns "sha256:…" over the sorted names and contents of a chart's files.
// A folder and the package made from it have the same digest.
func digestOf(files []*archive.BufferedFile) string {
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, func(a, b *archive.BufferedFile) int { return strings.Compare(a.Name, b.Name) })
	sum := sha256.New()
	for _, file := range sorted {
		// Lengths keep a name and the content before it apart.
		fmt.Fprintf(sum, "%d:%s%d:", len(file.Name), file.Name, len(file.Data))
		sum.Write(file.Data)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

// digestBook remembers which files a revision was made from: Helm stores a
// parsed chart, from which the digest cannot be computed again.
type digestBook struct {
	mutex   sync.Mutex
	digests map[string]string
}

func newDigestBook() *digestBook { return &digestBook{digests: map[string]string{}} }

func revisionKey(namespace, name string, revision int) string {
	return fmt.Sprintf("%s/%s/%d", namespace, name, revision)
}

func (b *digestBook) set(namespace, name string, revision int, digest string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.digests[revisionKey(namespace, name, revision)] = digest
}

func (b *digestBook) get(namespace, name string, revision int) string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.digests[revisionKey(namespace, name, revision)]
}
