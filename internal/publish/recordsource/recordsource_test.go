package recordsource

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/testsite/testenv"
)

var (
	begin = time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)
	old   = record.Key{Kind: record.Incident, ID: "old", Update: "01"}
	young = record.Key{Kind: record.Incident, ID: "young", Update: "01"}
)

// written writes a record of two publishes to a published folder.
func written(t *testing.T, published string) {
	t.Helper()
	later := begin.AddDate(0, 1, 0)
	files := map[string][]byte{
		record.Index:        record.EncodeIndex(begin, []string{record.First, record.Month(later)}),
		record.First:        record.EncodeFile([]record.Entry{{Key: old, Public: begin}}),
		record.Month(later): record.EncodeFile([]record.Entry{{Key: young, Public: later}}),
	}
	dir := filepath.Join(published, filepath.FromSlash(record.Dir))
	for name, raw := range files {
		testenv.Write(t, dir, name, string(raw))
	}
}

func TestMain(m *testing.M) { testenv.Main(m) }

func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return testenv.GitAt(t, dir, time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), args...)
}

// repositories creates a site whose origin has a published branch that the site has not fetched.
func repositories(t *testing.T) (site string) {
	t.Helper()
	origin, site := filepath.Join(t.TempDir(), "example", "status.git"), testenv.Repository(t)
	testenv.InitBare(t, origin)
	run(t, site, "commit", "-q", "--allow-empty", "-m", "content")
	run(t, site, "remote", "add", "origin", "file://"+origin)
	run(t, site, "push", "-q", "origin", "HEAD:refs/heads/main")
	pages := testenv.Repository(t)
	written(t, pages)
	run(t, pages, "add", "-A")
	run(t, pages, "commit", "-q", "-m", "published")
	run(t, pages, "push", "-q", "file://"+origin, "HEAD:refs/heads/gh-pages")
	return site
}

func read(t *testing.T, text, site string) Found {
	t.Helper()
	source, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	found, err := Read(t.Context(), nil, source, site)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// holds checks that the record is the one that written writes.
func holds(t *testing.T, found Found) {
	t.Helper()
	if found.None || found.Broken != nil || found.Record.Len() != 2 || !found.Record.Covers.Equal(begin) {
		t.Fatalf("%+v", found)
	}
	if e, ok := found.Record.Lookup(young); !ok || !e.Public.Equal(begin.AddDate(0, 1, 0)) {
		t.Errorf("%+v", e)
	}
}

func TestTheRecordOfAFolder(t *testing.T) {
	site := t.TempDir()
	written(t, filepath.Join(site, "public"))
	holds(t, read(t, "dir:public", site))
	holds(t, read(t, "dir:"+filepath.Join(site, "public"), t.TempDir()))
	if found := read(t, "dir:elsewhere", site); !found.None || found.Record.Len() != 0 {
		t.Errorf("%+v", found)
	}
	if known := Known(t.Context(), []string{"dir:elsewhere", "dir:public"}, site); known.String() != "dir:public" {
		t.Error(known)
	}
}

func TestTheRecordOfABranch(t *testing.T) {
	site := repositories(t)
	targets := []string{"github:example/status#gh-pages"}
	if known := Known(t.Context(), targets, site); known.Kind != None {
		t.Errorf("known before it was fetched: %v", known)
	}
	holds(t, read(t, "git:origin#gh-pages", site))
	holds(t, read(t, "git:"+run(t, site, "remote", "get-url", "origin")+"#gh-pages", site))
	if found := read(t, "git:origin#nothing", site); !found.None {
		t.Errorf("%+v", found)
	}
	if found := read(t, "git:origin#main", site); !found.None { // a branch without a record
		t.Errorf("%+v", found)
	}
	if shallow := run(t, site, "rev-parse", "--is-shallow-repository"); shallow != "false" {
		t.Error("reading made the clone shallow, and its history proves nothing any more")
	}
	run(t, site, "fetch", "-q")
	for target, want := range map[string]Kind{"github:example/status#gh-pages": Local, "github:example/status": Local, "git:origin#gh-pages": Local, "github:another/status#gh-pages": None, "github:example/status#page": None, "git:upstream#gh-pages": None} {
		if known := Known(t.Context(), []string{target}, site); known.Kind != want {
			t.Errorf("%s: %+v", target, known)
		}
	}
	found, err := Read(t.Context(), nil, Known(t.Context(), targets, site), site)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, found)
	if !found.Until.Equal(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("known until %s", found.Until)
	}
}

func TestTheRecordOfTheLiveSite(t *testing.T) {
	public := t.TempDir()
	written(t, public)
	files := http.FileServer(http.Dir(public))
	status := http.StatusOK
	server := httptest.NewServer(http.StripPrefix("/page", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		files.ServeHTTP(w, r)
	})))
	defer server.Close()
	holds(t, read(t, server.URL+"/page", t.TempDir()))
	holds(t, read(t, server.URL+"/page/", t.TempDir()))
	if found := read(t, server.URL+"/", t.TempDir()); !found.None {
		t.Errorf("%+v", found)
	}
	status = http.StatusBadGateway // the record may exist, so this is an error
	if _, err := Read(t.Context(), nil, Source{Kind: Site, Location: server.URL + "/page/"}, ""); err == nil || !strings.Contains(err.Error(), "502") {
		t.Error(err)
	}
}

func TestPlaces(t *testing.T) {
	for text, ok := range map[string]bool{
		"none": true, "dir:public": true, "dir:": false, "git:origin#gh-pages": true, "git:origin": false, "git:#x": false, "git:--upload-pack=x#y": false, "git:origin#--x": false,
		"git:https://example.com/a.git#pages": true, "git:origin#a:b": false, "https://status.example.com/": true, "https://": false, "https://example.com/?x": false, "public": false, "": false, "ftp://x/": false,
	} {
		source, err := Parse(text)
		if (err == nil) != ok {
			t.Errorf("%q: %v %v", text, source, err)
		}
	}
}

// TestErrorsTellNoPasswords checks that errors do not contain the password in a remote's URL.
func TestErrorsTellNoPasswords(t *testing.T) {
	site := repositories(t)
	source, _ := Parse("git:http://operator:c0nfidential@127.0.0.1:1/status.git#gh-pages")
	_, err := Read(t.Context(), nil, source, site)
	if err == nil || strings.Contains(err.Error(), "c0nfidential") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, nil, source, site); err != context.Canceled {
		t.Error(err)
	}
}

// TestABrokenRecord checks that readable entries are read even without an index, and that the
// problem is reported.
func TestABrokenRecord(t *testing.T) {
	site := repositories(t)
	origin := strings.TrimPrefix(run(t, site, "remote", "get-url", "origin"), "file://")
	for name, c := range map[string]struct {
		file, text string // "" deletes the file
		broken     string
		left       int
	}{
		"index":         {record.Index, "{{{", "index.json", 2},
		"no index":      {record.Index, "", "index.json is not a valid file of the publish record: it is missing", 2},
		"month":         {"2026-11.json", "{{{", "2026-11.json", 1},
		"no month":      {"2026-11.json", "", "2026-11.json", 1},
		"the first one": {record.First, "not JSON", "first.json", 1},
	} {
		t.Run(name, func(t *testing.T) {
			pages := t.TempDir()
			written(t, pages)
			file := path.Join(record.Dir, c.file)
			change := "D " + file + "\n"
			if err := os.Remove(filepath.Join(pages, filepath.FromSlash(file))); err != nil {
				t.Fatal(err)
			}
			if c.text != "" {
				change = fmt.Sprintf("M 100644 inline %s\ndata %d\n%s\n", file, len(c.text), c.text)
				testenv.Write(t, pages, file, c.text)
			}
			broken := testenv.GitCommand(t, origin, "fast-import", "--quiet", "--force")
			broken.Stdin = strings.NewReader(fmt.Sprintf("commit refs/heads/broken\ncommitter Operator <operator@example.com> %d +0000\ndata 0\nfrom refs/heads/gh-pages^0\n%s", begin.Unix(), change))
			if out, err := broken.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, source := range []string{"dir:" + pages, "git:origin#broken"} {
				found := read(t, source, site)
				if found.None || found.Broken == nil || !strings.Contains(found.Broken.Error(), c.broken) || found.Record.Len() != c.left || !found.Record.Covers.IsZero() {
					t.Errorf("%s: %+v, %d updates", source, found, found.Record.Len())
				}
			}
		})
	}
}

func TestRemarks(t *testing.T) {
	broken := &record.BrokenError{File: "index.json", Why: "it is missing"}
	source := Source{Kind: Folder, Location: "public"}
	for _, c := range []struct {
		Found
		source Source
		want   string
	}{
		{Found{Record: &record.Record{}}, source, ""},
		{Found{Record: &record.Record{}, None: true}, Source{Kind: None}, ""},
		{Found{Record: &record.Record{}, None: true}, source, "note: there is no publish record in dir:public yet; git is the only evidence\n"},
		{Found{Record: &record.Record{}, Broken: broken}, source, "warning: " + broken.Error() + "\n  hint: the evidence is the 0 updates in it that can be read, and git for the others; the next crier publish repairs the record\n"},
	} {
		if got := c.Remarks(c.source); got != c.want {
			t.Errorf("%+v: %s", c.Found, got)
		}
	}
}
