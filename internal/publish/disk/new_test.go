package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestWriteNew(t *testing.T) {
	dir := t.TempDir()
	for n, content := range []string{"", "words", strings.Repeat("x", 3<<20)} {
		name := filepath.Join(dir, strconv.Itoa(n))
		size, modified, err := writeNew(name, []byte(content))
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil || size != info.Size() || modified != info.ModTime().UnixNano() {
			t.Errorf("%d bytes at %d, and the file has %v, %v", size, modified, info, err)
		}
		if raw, err := os.ReadFile(name); err != nil || string(raw) != content {
			t.Errorf("%d bytes in place of %d, %v", len(raw), len(content), err)
		}
		if _, _, err := writeNew(name, []byte("others")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("a file that is there: %v", err)
		}
	}
	var path *fs.PathError
	if _, _, err := writeNew(filepath.Join(dir, "no", "folder"), nil); !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &path) || !strings.HasSuffix(path.Path, "folder") {
		t.Errorf("a folder that is not there: %v", err)
	}
}
