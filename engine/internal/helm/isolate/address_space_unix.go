//go:build unix

package isolate

import "syscall"

// limitAddressSpace returns false when this process was started with a limit below most bytes.
func limitAddressSpace(most uint64) bool {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_AS, &limit) != nil {
		return true
	}
	limit.Cur = min(most, limit.Max)
	_ = syscall.Setrlimit(syscall.RLIMIT_AS, &limit)
	return limit.Cur == most
}
