package disk

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/testsite/testenv"
)

// TestAnErrorSaysWhatWasChanged makes a run fail at one of many files, and compares the error
// message with the actual changes.
func TestAnErrorSaysWhatWasChanged(t *testing.T) {
	before, after := map[string]string{}, map[string]string{}
	for n := range 20 {
		before[fmt.Sprintf("p/%d.html", n)] = "before"
		after[fmt.Sprintf("p/%d.html", n)] = "after"
		before[fmt.Sprintf("old/%d.html", n)] = "old"
		after[fmt.Sprintf("new/%d.html", n)] = "new"
		after[fmt.Sprintf("more/%d/index.html", n)] = "more"
	}
	before["index.html"], after["index.html"] = "before", "after"
	// A foreign folder where a file has to be.
	occupied := func(name string) func(t *testing.T, dir string) func() {
		return func(t *testing.T, dir string) func() {
			name := filepath.Join(dir, filepath.FromSlash(name))
			os.Remove(name)
			if err := os.MkdirAll(filepath.Join(name, "foreign"), 0o755); err != nil {
				t.Fatal(err)
			}
			return func() { os.RemoveAll(name) }
		}
	}
	immutable := func(name string) func(t *testing.T, dir string) func() {
		return func(t *testing.T, dir string) func() {
			name := filepath.Join(dir, filepath.FromSlash(name))
			if out, err := exec.Command("chattr", "+i", name).CombinedOutput(); err != nil {
				t.Skipf("no file can be made immutable here: %s", out)
			}
			undo := func() { exec.Command("chattr", "-i", name).Run() }
			t.Cleanup(undo)
			return undo
		}
	}
	for what, c := range map[string]struct {
		spoil func(t *testing.T, dir string) func()
		file  string
	}{
		"a page":              {occupied("p/7.html"), "p/7.html"},
		"the index":           {occupied("index.html"), "index.html"},
		"an immutable page":   {immutable("p/7.html"), "p/7.html"},
		"an immutable index":  {immutable("index.html"), "index.html"},
		"what has to go":      {immutable("old/3.html"), "old/3.html"},
		"the manifest":        {immutable(".crier/manifest/files"), ".crier/manifest/files"},
		"the folder of pages": {immutable("p"), "p/"},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, before)
			fix := c.spoil(t, dir)
			was := visible(t, dir)
			_, err := Write(t.Context(), dir, set(t, after))
			is := visible(t, dir)
			created, updated, deleted := 0, 0, 0
			for name, text := range is {
				if old, there := was[name]; !there {
					created++
				} else if old != text {
					updated++
				}
			}
			for name := range was {
				if _, there := is[name]; !there {
					deleted++
				}
			}
			var partial *PartialError
			if !errors.As(err, &partial) || partial.Created != created || partial.Updated != updated || partial.Deleted != deleted || created == 0 || !strings.Contains(err.Error(), c.file) {
				t.Errorf("%d are created, %d updated, %d deleted, and the error says: %v", created, updated, deleted, err)
			}
			fix()
			write(t, dir, after)
		})
	}
	t.Run("nothing", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, before)
		fix := occupied(".crier/journal")(t, dir)
		was := visible(t, dir)
		_, err := Write(t.Context(), dir, set(t, after))
		var partial *PartialError
		if err == nil || errors.As(err, &partial) {
			t.Errorf("before anything is changed: %v", err)
		}
		if d := cmp.Diff(was, visible(t, dir)); d != "" {
			t.Error(d)
		}
		fix()
		write(t, dir, maps.Clone(after))
	})
}

// TestAnEmptyFolderOfAKilledRunGoes covers a run that was killed after creating the folder of a
// page, or after deleting the page in it.
func TestAnEmptyFolderOfAKilledRunGoes(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"index.html": "one", "deleted/here/index.html": "two"})
	if err := os.Remove(filepath.Join(dir, "deleted", "here", "index.html")); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"made/here", "of somebody else"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".crier", "journal"), []byte(journalHeader+"\nmade/here/index.html\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"index.html": "one"})
	entries, err := os.ReadDir(dir)
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if d := cmp.Diff([]string{".crier", "index.html", "of somebody else"}, left); d != "" || err != nil {
		t.Error(d, err)
	}
}

// TestAManifestNamesOnlyWhatCanBeOurs checks that whatever the manifest and the journal list, only
// files that Crier could have written are changed.
func TestAManifestNamesOnlyWhatCanBeOurs(t *testing.T) {
	above := t.TempDir()
	dir := filepath.Join(above, "public")
	foreign := []string{"../secret", ".git/config", ".GIT/config", "a/.git/config", ".crier/receipts.json", ".Crier/x", "a//b", "./a/b", "a/../a/b", filepath.Join(above, "secret"), "a\\b", ""}
	write(t, dir, map[string]string{"index.html": "one"})
	list := journalHeader + "\n"
	for _, name := range foreign {
		if name != "" && !filepath.IsAbs(name) {
			testenv.Write(t, dir, name, "foreign")
		}
		list += name + "\n"
	}
	manifest := manifestHeader + "\n"
	for line := range strings.Lines(list[len(journalHeader)+1:]) {
		manifest += strings.Repeat("0a", 20) + "  " + line
	}
	for name, text := range map[string]string{"journal": list, "manifest/root": manifest, "manifest/in-a": manifest} {
		testenv.Write(t, filepath.Join(dir, ".crier"), name, text)
	}
	if _, err := Write(t.Context(), dir, set(t, map[string]string{"index.html": "two"})); err != nil {
		t.Fatal(err)
	}
	for _, name := range foreign {
		if name == "" {
			continue
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		if text, err := os.ReadFile(name); err != nil || string(text) != "foreign" {
			t.Errorf("%s holds %q, %v", name, text, err)
		}
	}
}
