//go:build linux

package node

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// removeTimeout is the time for removing control groups whose processes were killed.
const removeTimeout = 10 * time.Second

// cgroups are the paths of one control group in each hierarchy.
type cgroups []string

// makeCgroups makes a control group in each hierarchy. Kubelet and containerd make theirs below.
func makeCgroups(name string) (cgroups, error) {
	roots, err := hierarchies()
	if err != nil {
		return nil, err
	}
	var made cgroups
	for _, root := range roots {
		path := filepath.Join(root, name)
		if err := os.Mkdir(path, 0o755); err != nil {
			return made, fmt.Errorf("unable to make a control group: %w", err)
		}
		made = append(made, path)
	}
	return made, nil
}

// hierarchies returns where the hierarchies of control groups are mounted.
func hierarchies() ([]string, error) {
	file, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var found []string
	seen := map[string]bool{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		mount, system, _ := strings.Cut(lines.Text(), " - ")
		fields := strings.Fields(mount)
		// The same hierarchy may be mounted twice; the third field is its device.
		if kind, _, _ := strings.Cut(system, " "); len(fields) < 5 || (kind != "cgroup" && kind != "cgroup2") || seen[fields[2]] {
			continue
		}
		seen[fields[2]] = true
		found = append(found, fields[4])
	}
	if len(found) == 0 {
		return nil, errors.New("no control groups are mounted")
	}
	return found, lines.Err()
}

// remove removes the control groups with everything below them.
func (c cgroups) remove() error {
	var problems []error
	deadline := time.Now().Add(removeTimeout)
	for _, path := range c {
		for {
			err := removeCgroup(path)
			if err == nil {
				break
			}
			// A killed process is a member until the kernel has ended it.
			if !errors.Is(err, unix.EBUSY) || time.Now().After(deadline) {
				problems = append(problems, err)
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	return errors.Join(problems...)
}

func removeCgroup(path string) error {
	var directories []string
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			directories = append(directories, name)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, directory := range slices.Backward(directories) {
		if err := unix.Rmdir(directory); err != nil && !errors.Is(err, unix.ENOENT) {
			return &os.PathError{Op: "rmdir", Path: directory, Err: err}
		}
	}
	return nil
}
