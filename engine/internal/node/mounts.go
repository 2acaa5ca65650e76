//go:build linux

package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// sysctls are what the kubelet sets for the whole machine. It finds these values instead, and sets nothing.
var sysctls = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// mountAll hides the machine's directories in which the node's programs would write.
func mountAll(directory string) error {
	mounts := []struct {
		source, target, kind string
		flags                uintptr
		data                 string
	}{
		// Nothing that is mounted here shows on the machine; containers may propagate mounts to each other.
		{"none", "/", "", unix.MS_REC | unix.MS_SLAVE, ""},
		{"none", "/", "", unix.MS_REC | unix.MS_SHARED, ""},
		{"proc", "/proc", "proc", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, ""},
		{filepath.Join(directory, "lib"), insideLib, "", unix.MS_BIND, ""},
		{filepath.Join(directory, "log"), "/var/log", "", unix.MS_BIND, ""},
		{"tmpfs", "/run", "tmpfs", unix.MS_NOSUID | unix.MS_NODEV, "mode=755"},
	}
	for _, each := range mounts {
		if err := unix.Mount(each.source, each.target, each.kind, each.flags, each.data); err != nil {
			return fmt.Errorf("unable to mount %s at %s: %w", each.source, each.target, err)
		}
	}
	for name, value := range sysctls {
		if err := hideSysctl(name, value); err != nil {
			return err
		}
	}
	return nil
}

func hideSysctl(name, value string) error {
	target := filepath.Join("/proc/sys", name)
	if _, err := os.Stat(target); err != nil {
		return nil
	}
	file := filepath.Join("/run", "sysctl-"+strings.ReplaceAll(name, "/", "-"))
	if err := os.WriteFile(file, []byte(value+"\n"), 0o644); err != nil {
		return err
	}
	if err := unix.Mount(file, target, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("unable to hide %s: %w", target, err)
	}
	return nil
}
