// Package upgrade checks that readers notice nothing when a site starts to publish to the same
// branch with a newer version of Crier.
package upgrade

import (
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// former is the commit of the previous program. At that time, feeds had archives in every format.
const former = "6100eb0"

// TestUpgrade publishes to the same branch of a bare repository with the former program and then
// with this one. It compares what feed readers, API clients and people see.
func TestUpgrade(t *testing.T) {
	if !testenv.Long() {
		t.Skip("builds the former version of Crier: set CRIER_LONG=1 to run it")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	programs := t.TempDir()
	before, after := filepath.Join(programs, "before"), filepath.Join(programs, "after")
	source := t.TempDir()
	if testenv.GitCommand(t, root, "rev-parse", "--verify", "--quiet", former+"^{commit}").Run() != nil {
		testenv.Missing(t, "commit "+former+" (a shallow clone?)")
	}
	archive := filepath.Join(source, "source.tar")
	run(t, root, "git", "archive", "--output", archive, former)
	run(t, source, "tar", "-xf", archive)
	run(t, source, "go", "build", "-o", before, "./cmd/crier")
	run(t, root, "go", "build", "-o", after, "./cmd/crier")

	t.Run("settler", func(t *testing.T) {
		site := newSite(t)
		run(t, root, "cp", "-r", "config.toml", "content", site.folder)
		site.compare(t, before, after)
	})
	t.Run("generated", func(t *testing.T) {
		site := newSite(t)
		if err := os.CopyFS(site.folder, testsite.Generate(testsite.Options{Incidents: 80, Components: 4, Years: 2})); err != nil {
			t.Fatal(err)
		}
		site.compare(t, before, after)
	})
}

// site is a site in a git repository, and the bare repository that it is published to.
type site struct{ folder, remote string }

func newSite(t *testing.T) site {
	t.Helper()
	s := site{testenv.Repository(t), testenv.Remote(t)}
	testenv.Git(t, s.folder, "remote", "add", "origin", s.remote)
	return s
}

func (s site) compare(t *testing.T, before, after string) {
	testenv.Commit(t, s.folder, "Start")
	run(t, s.folder, before, "publish", "--to", "git:origin#pages", "--no-wait")
	old := s.published(t)
	run(t, s.folder, after, "publish", "--to", "git:origin#pages", "--no-wait")
	now := s.published(t)
	feeds, items, documents := 0, 0, 0
	for name, text := range now {
		if old[name] == "" {
			continue
		}
		switch path.Base(name) {
		case "feed.rss", "feed.atom", "feed.json", "history.rss", "history.atom":
			feeds++
			items += compareFeeds(t, name, old[name], text)
		}
		if strings.HasPrefix(name, "api/v2/") {
			documents++
			compareIDs(t, name, old[name], text)
		}
	}
	for name := range old {
		switch path.Ext(name) {
		case ".html", ".md", ".ics", ".svg":
			if now[name] == "" {
				t.Errorf("%s is gone", name)
			}
		}
	}
	if feeds < 10 || items < 100 || documents < 5 {
		t.Errorf("compared only %d feeds with %d items, and %d documents of the API", feeds, items, documents)
	}
}

// published returns the text of every file on the branch, by path.
func (s site) published(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	folder := t.TempDir()
	run(t, s.folder, "git", "clone", "-q", "--branch", "pages", s.remote, folder)
	err := filepath.WalkDir(folder, func(name string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		raw, err := os.ReadFile(name)
		below, _ := filepath.Rel(folder, name)
		files[filepath.ToSlash(below)] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// compareFeeds checks the items of a feed and returns their number. The new version must keep at
// least the newest 50.
func compareFeeds(t *testing.T, name, before, after string) int {
	t.Helper()
	old, err := gofeed.NewParser().ParseString(before)
	if err != nil {
		t.Fatalf("%s, formerly: %v", name, err)
	}
	now, err := gofeed.NewParser().ParseString(after)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	known := map[string]*gofeed.Item{}
	for _, item := range old.Items {
		known[item.GUID] = item
	}
	if old.Title != now.Title || old.Link != now.Link || old.FeedLink != now.FeedLink {
		t.Errorf("%s: title or links were %q %q %q and are %q %q %q", name, old.Title, old.Link, old.FeedLink, now.Title, now.Link, now.FeedLink)
	}
	kept := 0
	for _, item := range now.Items {
		was := known[item.GUID]
		if was == nil {
			continue // it was in an archive
		}
		kept++
		if was.Link != item.Link || was.Title != item.Title || was.Published != item.Published {
			t.Errorf("%s: %s was %q at %s, published %s, and is %q at %s, published %s", name, item.GUID,
				was.Title, was.Link, was.Published, item.Title, item.Link, item.Published)
		}
	}
	if want := min(50, len(old.Items)); kept < want {
		t.Errorf("%s keeps %d of %d items, not %d", name, kept, len(old.Items), want)
	}
	return kept
}

// compareIDs checks that every object of a document that had an ID still has the same name, start
// and creation time.
func compareIDs(t *testing.T, name, before, after string) {
	t.Helper()
	old, now := objects(t, name, before), objects(t, name, after)
	for id, was := range old {
		is, ok := now[id]
		if !ok {
			t.Errorf("%s: the id %s is gone", name, id)
			continue
		}
		for _, key := range []string{"name", "created_at", "display_at", "started_at", "shortlink", "code"} {
			if was[key] != is[key] {
				t.Errorf("%s: %s of %s was %v and is %v", name, key, id, was[key], is[key])
			}
		}
	}
}

// objects returns all objects of a JSON document that have an ID, keyed by ID.
func objects(t *testing.T, name, text string) map[string]map[string]any {
	t.Helper()
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	all := map[string]map[string]any{}
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, v := range value {
				walk(v)
			}
		case map[string]any:
			if id, ok := value["id"].(string); ok {
				all[id] = value
			}
			for _, v := range value {
				walk(v)
			}
		}
	}
	walk(document)
	return all
}

func run(t *testing.T, folder, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = folder
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
