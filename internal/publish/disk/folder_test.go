package disk_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/publish/publishtest"
	"settler.io/crier/internal/testsite/testenv"
)

func TestTheSuite(t *testing.T) {
	publishtest.Run(t, func(t *testing.T) publishtest.Fixture {
		dir := filepath.Join(t.TempDir(), "served")
		return publishtest.Fixture{
			Thorough: true,
			Place: func(_ testing.TB, patience *publish.Patience) publish.Target {
				return &disk.Folder{Dir: dir, Patience: patience}
			},
			Files: func(t testing.TB) map[string]string {
				files := map[string]string{}
				err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
					if os.IsNotExist(err) {
						return nil
					}
					if err != nil || entry.IsDir() {
						return err
					}
					raw, err := os.ReadFile(filepath.Join(dir, name))
					files[name] = string(raw)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return files
			},
			Write: func(t testing.TB, name string, content []byte) {
				if content != nil {
					testenv.Write(t, dir, name, string(content))
				} else if err := os.Remove(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

func TestAFolderOfOthersIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "theirs.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	place := &disk.Folder{Dir: dir}
	if _, err := place.Head(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "was not written by Crier") {
		t.Error(err)
	}
}
