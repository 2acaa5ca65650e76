// Package guard runs a program that ends with the process that asked for it, whatever ends that process.
package guard

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

const (
	// Command is the subcommand of a guard.
	Command = "guard"
	// grace is the time in which the program may end by itself after SIGTERM.
	grace = 2 * time.Second

	cannotStart = 126
	usage       = "usage: seatrial-engine guard PROGRAM [ARGUMENT ...]"
)

// Run runs a program in a process group of its own, on this process' output, and returns its exit code: 128
// plus the number of the signal that ended it. At the end of standard input, which the kernel closes for a
// parent that was killed, and at SIGTERM, SIGINT and SIGHUP the program gets SIGTERM, and its group SIGKILL
// after two seconds. When the program ends, what is left of its group is killed. On Linux the program is
// killed with this process, too. Windows has neither these signals nor groups: only the program itself is
// ended there.
func Run(arguments []string) int {
	if len(arguments) == 0 {
		fmt.Fprintln(os.Stderr, usage)
		return 2
	}
	return run(arguments, os.Stdin, os.Stdout, os.Stderr)
}

func run(arguments []string, lifeline io.Reader, stdout, stderr io.Writer) int {
	// The kernel sends the signal of a parent's death when the thread ends that has started the program.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer signal.Stop(signals)

	command := exec.Command(arguments[0], arguments[1:]...)
	command.Stdout, command.Stderr = stdout, stderr
	command.SysProcAttr = ownGroup()
	if err := command.Start(); err != nil {
		fmt.Fprintf(stderr, "unable to start %s: %v\n", arguments[0], err)
		return cannotStart
	}
	gone := make(chan struct{})
	go func() {
		closed := make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, lifeline)
			close(closed)
		}()
		select {
		case <-closed:
		case <-signals:
		case <-gone:
			return
		}
		terminate(command.Process)
		select {
		case <-gone:
		case <-time.After(grace):
			killGroup(command.Process)
		}
	}()
	err := command.Wait()
	close(gone)
	killGroup(command.Process)
	return exitCodeOf(err)
}

func exitCodeOf(err error) int {
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return 1
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}
