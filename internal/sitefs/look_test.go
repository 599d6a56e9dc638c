package sitefs_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"settler.io/crier/internal/sitefs"
)

func TestLooks(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a")
	look := func() sitefs.Look {
		t.Helper()
		info, err := os.Lstat(name)
		if err != nil {
			t.Fatal(err)
		}
		look, ok := sitefs.LookOf(info)
		if !ok {
			t.Fatal("a plain file has no look")
		}
		return look
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	first := look()
	if first != look() {
		t.Error("a file that nobody touched looks otherwise")
	}
	if write("three"); first == look() {
		t.Error("a larger file looks the same")
	}
	at := time.Unix(0, max(look().Modified, look().Changed))
	if at.Nanosecond() == 0 {
		t.Skip("the file system counts whole seconds")
	}
	if look().Settled(at) || look().Settled(at.Add(20*time.Millisecond)) || !look().Settled(at.Add(21*time.Millisecond)) {
		t.Error("a file settles 20 ms after its last change")
	}
	whole := sitefs.Look{Modified: time.Unix(1_000_000_000, 0).UnixNano()}
	if at := time.Unix(1_000_000_000, 0); whole.Settled(at.Add(2*time.Second)) || !whole.Settled(at.Add(2*time.Second+1)) {
		t.Error("a file whose time has no parts of a second settles after two")
	}
	info, err := os.Lstat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := sitefs.LookOf(info); ok {
		t.Error("a folder has a look")
	}
}
