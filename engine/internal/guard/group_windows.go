package guard

import (
	"os"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

func terminate(program *os.Process) { _ = program.Kill() }

func killGroup(program *os.Process) { _ = program.Kill() }
