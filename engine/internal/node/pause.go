//go:build linux

package node

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// PausePath is the path of the program in the pause image.
const PausePath = "/pause"

// Pause keeps the namespaces of a Pod until a signal, and waits for processes whose parents have ended, as
// upstream's pause program does. It does not return.
func Pause() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, unix.SIGTERM, unix.SIGINT, unix.SIGCHLD)
	for received := range signals {
		if received != unix.SIGCHLD {
			os.Exit(0)
		}
		for {
			if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); err != nil || pid <= 0 {
				break
			}
		}
	}
}
