//go:build !linux

package bound

func largePages([]byte) {}
