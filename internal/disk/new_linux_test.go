package disk

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWriteNewWithoutRoom writes more than a process of its own may: some of it is written, then an error says of which file.
func TestWriteNewWithoutRoom(t *testing.T) {
	const limit = 1 << 16
	name := os.Getenv("CRIER_TEST_NO_ROOM")
	if name == "" {
		name = filepath.Join(t.TempDir(), "page")
		c := exec.Command(os.Args[0], "-test.run", "^TestWriteNewWithoutRoom$")
		c.Env = append(os.Environ(), "CRIER_TEST_NO_ROOM="+name)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if info, err := os.Stat(name); err != nil || info.Size() != limit {
			t.Errorf("the process wrote %v, %v", info, err)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
	var failure *fs.PathError
	_, _, err := writeNew(name, []byte(strings.Repeat("x", limit+1)))
	if !errors.As(err, &failure) || failure.Op != "write" || failure.Path != name || !errors.Is(err, syscall.EFBIG) {
		t.Errorf("%v", err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range open {
		if to, _ := os.Readlink("/proc/self/fd/" + entry.Name()); to == name {
			t.Error("the file is still open")
		}
	}
}
