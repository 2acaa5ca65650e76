//go:build unix

// Package fileinfo reads from a file's description what each system keeps in another way.
package fileinfo

import (
	"os"
	"syscall"
)

// Inode is the number of the file on its file system, or 0.
func Inode(info os.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Ino
	}
	return 0
}

// Owner is the number of the user who owns the file, or -1.
func Owner(info os.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(stat.Uid)
	}
	return -1
}
