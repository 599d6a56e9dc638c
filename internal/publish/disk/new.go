package disk

import (
	"errors"
	"os"
	"syscall"
)

// writeNew writes a file that must not exist yet. It returns its size in bytes and its modification
// time in nanoseconds since 1970. O_NONBLOCK has no effect on a regular file, but without it
// package os makes four more system calls.
func writeNew(root *os.Root, name string, content []byte) (size, modified int64, err error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NONBLOCK, 0o644)
	if err != nil {
		return 0, 0, err
	}
	_, err = f.Write(content)
	if err == nil {
		var info os.FileInfo
		if info, err = f.Stat(); err == nil {
			size, modified = info.Size(), info.ModTime().UnixNano()
		}
	}
	return size, modified, errors.Join(err, f.Close())
}
