package service

import (
	"bufio"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// What the engine's life hangs on.
const (
	// The end of standard input ends the engine.
	lifelineStdin = "stdin"
	// As stdin, until the line "detach" comes: from then on the engine lives on without its parent.
	lifelineStart = "start"
	lifelineNone  = "none"
)

const detachLine = "detach\n"

func isLifeline(name string) bool {
	return name == lifelineStdin || name == lifelineStart || name == lifelineNone
}

// watchEnd calls end once the engine is to stop: its parent has gone (the other end of standard input is closed, which the kernel
// does also for a parent that was killed), or a signal came.
func watchEnd(lifeline string, end func(reason string)) {
	// A parent that has gone must not kill the engine through a write to its pipe before the data folder is removed.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		received := <-signals
		end("signal " + received.String())
	}()
	if lifeline != lifelineNone {
		go func() {
			if isLetGo(os.Stdin, lifeline == lifelineStart) {
				return
			}
			end("stdin closed")
		}()
	}
}

// isLetGo returns at the end of the input, or with true when the parent lets go of an engine that may be detached.
func isLetGo(input io.Reader, mayDetach bool) bool {
	if !mayDetach {
		_, _ = io.Copy(io.Discard, input)
		return false
	}
	lines := bufio.NewReader(input)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return false
		}
		if line == detachLine {
			return true
		}
	}
}
