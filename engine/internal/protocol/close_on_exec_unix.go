//go:build unix

package protocol

import "syscall"

func closeOnExec(fd uintptr) { syscall.CloseOnExec(int(fd)) }
