package isolate

// Windows limits the memory of jobs, not of processes.
func limitAddressSpace(uint64) bool { return true }
