package service

import (
	"io"
	"os"
	"os/signal"
	"syscall"
)

// watchEnd calls end once the engine is to stop: its parent has gone (the other end of standard input is closed, which the kernel
// does also for a parent that was killed), or a signal came.
func watchEnd(lifeline bool, end func(reason string)) {
	// A parent that has gone must not kill the engine through a write to its pipe before the data folder is removed.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		received := <-signals
		end("signal " + received.String())
	}()
	if lifeline {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end("stdin closed")
		}()
	}
}
