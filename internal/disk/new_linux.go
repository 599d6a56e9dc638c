package disk

import (
	"io"
	"io/fs"
	"syscall"
)

// writeNew writes a file that is not there yet, and gives its size in bytes and its time in nanoseconds. It does without what an os.File is
// prepared for and a plain file never does: BenchmarkWriteNew.
func writeNew(name string, content []byte) (size, modified int64, err error) {
	var file int
	if err := again(func() error {
		file, err = syscall.Open(name, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_CLOEXEC, 0o644)
		return err
	}); err != nil {
		return 0, 0, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	for left := content; len(left) > 0; {
		n := 0
		if err := again(func() error { n, err = syscall.Write(file, left); return err }); err != nil {
			syscall.Close(file)
			return 0, 0, &fs.PathError{Op: "write", Path: name, Err: err}
		}
		if n == 0 {
			syscall.Close(file)
			return 0, 0, &fs.PathError{Op: "write", Path: name, Err: io.ErrShortWrite}
		}
		left = left[n:]
	}
	var stat syscall.Stat_t
	if err := again(func() error { return syscall.Fstat(file, &stat) }); err != nil {
		syscall.Close(file)
		return 0, 0, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	if err := syscall.Close(file); err != nil && err != syscall.EINTR { // which closes it too
		return 0, 0, &fs.PathError{Op: "close", Path: name, Err: err}
	}
	return stat.Size, stat.Mtim.Nano(), nil
}

// again makes a call until no signal comes in between.
func again(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}
