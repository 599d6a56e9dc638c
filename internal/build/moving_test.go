package build_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mmcdole/gofeed"

	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/importer/cstate"
	"settler.io/crier/internal/testsite/testenv"
)

// TestReadersOfACStateSiteSeeNothingNew imports a real cState site, builds it, and reads its old
// feeds as feed readers do: each item has the guid and date that cState gave it.
func TestReadersOfACStateSiteSeeNothingNew(t *testing.T) {
	testenv.SkipRace(t)
	now := instant(t, "2026-10-02T10:30:00Z")
	old := os.DirFS("../source/importer/cstate/testdata/jenkins")
	read, err := cstate.Read(old, now)
	if err != nil {
		t.Fatal(err)
	}
	result, err := read.Convert()
	if err != nil {
		t.Fatal(err)
	}
	moved := fstest.MapFS{}
	for _, f := range result.Files {
		moved[f.Path] = &fstest.MapFile{Data: f.Bytes}
	}
	files, _, _ := compile(t, moved, now)
	dates := map[string]time.Time{} // of the old issues, by their guids
	names, _ := fs.Glob(old, "content/issues/*.md")
	for _, name := range names {
		raw, err := fs.ReadFile(old, name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			if text, ok := strings.CutPrefix(line, "date:"); ok {
				text = strings.TrimSpace(text)
				for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00"} {
					if at, err := time.Parse(layout, text); err == nil {
						dates["https://status.jenkins.io/issues/"+strings.ToLower(strings.TrimSuffix(path.Base(name), ".md"))+"/"] = at
					}
				}
			}
		}
	}
	if len(dates) != 297 {
		t.Fatalf("%d dates", len(dates))
	}
	seen := 0
	for name, text := range files {
		if name != "index.xml" && (!strings.HasPrefix(name, "affected/") || path.Base(name) != "index.xml") {
			continue
		}
		feed, err := gofeed.NewParser().ParseString(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, item := range feed.Items {
			seen++
			if at, ok := dates[item.GUID]; !ok || !item.PublishedParsed.Equal(at) || item.Link != item.GUID {
				t.Errorf("%s: %s of %s is new, want %s", name, item.GUID, item.Published, at)
			}
			if page := files[strings.TrimPrefix(item.GUID, "https://status.jenkins.io/")+"index.html"]; page == "" {
				t.Errorf("%s leads nowhere", item.GUID)
			}
		}
	}
	if seen < site.MaxLegacyEntries {
		t.Errorf("%d items", seen)
	}
}
