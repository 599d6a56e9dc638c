//go:build unix

package disk

import (
	"os"
	"syscall"

	"settler.io/crier/internal/sitefs/regularfile"
)

// lock keeps other runs out of the folder. The system releases the lock when the process ends,
// however it ends.
func lock(root *os.Root) (unlock func(), err error) {
	f, err := regularfile.Create(root, private("lock"), 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, ErrBusy
	}
	return func() {
		// Closing alone leaves it locked while a program that is being started has a copy.
		syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
		f.Close()
	}, nil
}
