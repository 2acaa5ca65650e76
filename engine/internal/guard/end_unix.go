//go:build unix

package guard

import (
	"os"
	"syscall"
)

func terminate(program *os.Process) { _ = syscall.Kill(program.Pid, syscall.SIGTERM) }

// killGroup also ends what is left of the group of a program that has ended.
func killGroup(program *os.Process) { _ = syscall.Kill(-program.Pid, syscall.SIGKILL) }
