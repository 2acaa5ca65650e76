package chart

import (
	"errors"
	"fmt"
	"os"

	"seatrial/engine/internal/helm/wire"
)

// refusedFile is a file that Helm would read, but this engine does not.
type refusedFile struct{ error }

// CheckLimits refuses files that Helm's own loaders would read without a limit.
func CheckLimits(path string) error {
	_, err := findFiles(path)
	if _, refused := errors.AsType[*refusedFile](err); refused {
		return err
	}
	// Helm reports other errors.
	return nil
}

// CheckFiles also refuses links that this engine does not follow: it comes before Helm itself reads
// the chart.
func CheckFiles(path string) error {
	found, err := findFiles(path)
	if err != nil {
		return CheckLimits(path)
	}
	return found.checkLinks()
}

// checkLinks refuses a chart with links that this engine does not follow.
func (f *chartFiles) checkLinks() error {
	if len(f.unread) == 0 {
		return nil
	}
	return &refusedFile{errors.New(f.unread[0].message())}
}

func checkArchiveFile(path string, info os.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &refusedFile{fmt.Errorf("%s is a %s, neither a directory nor a package", path, kindOf(info.Mode()))}
}

// unreadLink is a symbolic link of a chart that is not followed.
type unreadLink struct {
	// name is relative to the chart.
	name, target, why, hint string
}

func (l unreadLink) message() string {
	return fmt.Sprintf("the link %s to %s was not followed: %s", l.name, l.target, l.why)
}

func (l unreadLink) warning(chartName string) wire.Warning {
	return wire.Warning{Reason: "LinkNotFollowed", File: chartName + "/" + l.name, Message: l.message(), Hint: l.hint}
}
