//go:build linux

package node

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"seatrial/engine/internal/tunnel"
)

// InsideCommand is the command of the first process in the node's namespaces.
const InsideCommand = "inside"

// Run runs the node that the directory describes until standard input ends, which the kernel closes for a
// parent that was killed, or until a signal or the end of one of the node's programs. Then it removes what
// is left of the node: its control groups and the directory.
func Run(directory string) int {
	err := run(directory, os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func run(directory string, lifeline io.Reader) (err error) {
	config, err := readConfig(directory)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(directory)) }()
	groups, err := makeCgroups(config.Cgroup)
	defer func() { err = errors.Join(err, groups.remove()) }()
	if err != nil {
		return err
	}
	listener, err := net.Listen("unix", filepath.Join(directory, "lib", hostSocket))
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	go func() { _ = tunnel.Serve(listener, (&net.Dialer{}).DialContext) }()
	return runInside(directory, lifeline)
}

func runInside(directory string, lifeline io.Reader) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	defer signal.Stop(signals)

	// The kernel sends the signal of a parent's death when the thread ends that has started the process.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	command := exec.Command("/proc/self/exe", InsideCommand, directory)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWIPC,
		Pdeathsig:  unix.SIGKILL,
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("unable to create the namespaces of the node: %w", err)
	}
	ended := make(chan struct{})
	asked := make(chan struct{})
	go func() {
		closed := make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, lifeline)
			close(closed)
		}()
		select {
		case <-closed:
		case <-signals:
		case <-ended:
			return
		}
		close(asked)
		// Containers get no time to end, as the engine drains nothing.
		_ = command.Process.Kill()
	}()
	err := command.Wait()
	close(ended)
	select {
	case <-asked:
		return nil
	default:
	}
	return fmt.Errorf("the node has ended: %w", err)
}
