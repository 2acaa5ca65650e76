package service

import (
	"bufio"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// What ends the engine.
const (
	// The end of standard input ends the engine.
	lifelineStdin = "stdin"
	// As stdin, until the line "detach" arrives: from then on the engine runs without its parent.
	lifelineStart = "start"
	lifelineNone  = "none"
)

const detachLine = "detach\n"

func isLifeline(name string) bool {
	return name == lifelineStdin || name == lifelineStart || name == lifelineNone
}

// watchEnd calls end when the engine has to stop: its parent is gone (the other end of standard
// input is closed; the kernel does so even for a parent that was killed), or a signal arrived.
func watchEnd(lifeline string, end func(reason string)) {
	// A write to the pipe of a parent that is gone must not kill the engine before the data
	// directory is removed.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		received := <-signals
		end("signal " + received.String())
	}()
	if lifeline != lifelineNone {
		go func() {
			if isDetached(os.Stdin, lifeline == lifelineStart) {
				return
			}
			end("stdin closed")
		}()
	}
}

// isDetached returns false at the end of the input, or true when the parent detaches an engine that
// allows it.
func isDetached(input io.Reader, mayDetach bool) bool {
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
