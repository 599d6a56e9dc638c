//go:build unix

package sitefs

import (
	"errors"
	"slices"
	"syscall"
)

// errSlow says that a file is one for Open, which also says why it cannot be read if it cannot.
var errSlow = errors.New("not a plain file")

// maxRead is the largest file that ReadInto reads, in bytes.
const maxRead = 1 << 20

// ReadInto gives the bytes of a small plain file: in the buffer, where they have room there. An error says no more than that
// Open has to be asked. It does without what an os.File is prepared for and a plain file never does, half of the cost.
func (s *FS) ReadInto(name string, buffer []byte) ([]byte, error) {
	if !s.direct(name) {
		return nil, errSlow
	}
	file, err := again(func() (int, error) { return syscall.Open(s.dir+"/"+name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0) })
	if err != nil {
		return nil, err
	}
	defer syscall.Close(file)
	var stat syscall.Stat_t
	if err := syscall.Fstat(file, &stat); err != nil {
		return nil, err
	}
	if stat.Mode&syscall.S_IFMT != syscall.S_IFREG || stat.Size > maxRead {
		return nil, errSlow
	}
	size := int(stat.Size)
	buffer = slices.Grow(buffer[:0], size)[:size]
	for at := 0; at < size; {
		n, err := again(func() (int, error) { return syscall.Read(file, buffer[at:]) })
		if err != nil {
			return nil, err
		}
		if n == 0 { // it has become shorter
			return buffer[:at], nil
		}
		at += n
	}
	return buffer, nil
}

// again makes a call until no signal comes in between.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != syscall.EINTR {
			return n, err
		}
	}
}
