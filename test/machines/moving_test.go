package machines

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/cli"
	"settler.io/crier/internal/testsite/testenv"
)

const sources = "../../internal/source/importer"

// move imports an export, and returns the folder of a build of the result.
func move(t *testing.T, source, export string) string {
	t.Helper()
	site := t.TempDir()
	var stdout, log bytes.Buffer
	args := []string{"import", source, filepath.Join(sources, source, "testdata", export), "--site", site}
	if status := cli.Main(cli.System{Args: args, Stdout: &stdout, Stderr: &log, Dir: ".", Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }}); status != 0 {
		t.Fatalf("the import ends with %d\n%s", status, log.String())
	}
	return build(t, site, "2026-11-01T00:00:00Z")
}

// read returns what rss-parser and feedparser read from feeds: the items by reader and by name.
func read(t *testing.T, feeds map[string]string) map[string]map[string][]item {
	t.Helper()
	type feed struct {
		Name string `json:"name"`
		File string `json:"file"`
	}
	var input []feed
	for name, file := range feeds {
		input = append(input, feed{name, file})
	}
	var results []struct {
		Name, By string
		Items    []item
	}
	testenv.Node(t, "feeds.mjs", map[string]any{"feeds": input}, &results)
	by := map[string]map[string][]item{}
	for _, result := range results {
		if by[result.By] == nil {
			by[result.By] = map[string][]item{}
		}
		by[result.By][result.Name] = result.Items
	}
	if len(by) != 2 || len(results) != 2*len(feeds) {
		t.Fatalf("%d readers read %d feeds of %d", len(by), len(results), len(feeds))
	}
	return by
}

// TestFeedReadersOfAStatuspageSeeNothingNew compares the feeds of a page that moved with the one it
// had. Only the incident that the old feed no longer lists may be new; the import reports it.
func TestFeedReadersOfAStatuspageSeeNothingNew(t *testing.T) {
	folder := move(t, "statuspage", "v1")
	for reader, feeds := range read(t, map[string]string{
		"old":  filepath.Join(sources, "statuspage/testdata/v1/history.atom"),
		"atom": filepath.Join(folder, "history.atom"),
		"rss":  filepath.Join(folder, "history.rss"),
	}) {
		// What subscribers of each feed know. In RSS, the guid is the link.
		atom, rss := []string{"tag:status.example.com,2005:Incident/backfill0002"}, []string{"https://status.example.com/incidents/backfill0002"}
		for _, i := range feeds["old"] {
			atom, rss = append(atom, i.ID), append(rss, i.Link)
		}
		for name, known := range map[string][]string{"atom": atom, "rss": rss} {
			for _, i := range feeds[name] {
				if !slices.Contains(known, i.ID) {
					t.Errorf("%s: the item %s of %s is new", reader, i.ID, name)
				}
			}
			if len(known) != 4 || len(feeds[name]) != 4 {
				t.Errorf("%s finds %d of %d known items in %s", reader, len(feeds[name]), len(known), name)
			}
		}
	}
}

// TestFeedReadersOfACStateSeeNothingNew reads all feeds of Jenkins's site after its move. cState's
// guid of an issue is its URL, which follows from the name of its file.
func TestFeedReadersOfACStateSeeNothingNew(t *testing.T) {
	folder := move(t, "cstate", "jenkins")
	feeds := map[string]string{}
	for _, name := range files(t, folder, `^(affected/[^/]+/)?index\.xml$`) {
		feeds[name] = name
	}
	if len(feeds) < 10 {
		t.Fatalf("only %d feeds", len(feeds))
	}
	known := map[string]bool{}
	issues, _ := filepath.Glob(sources + "/cstate/testdata/jenkins/content/issues/*.md")
	for _, name := range issues {
		known["https://status.jenkins.io/issues/"+strings.ToLower(strings.TrimSuffix(filepath.Base(name), ".md"))+"/"] = true
	}
	for reader, feeds := range read(t, feeds) {
		items := 0
		for name, list := range feeds {
			for _, i := range list {
				if items++; !known[i.ID] || i.Link != i.ID {
					t.Errorf("%s: the item %s of %s is new", reader, i.ID, name)
				}
			}
		}
		if items < 200 {
			t.Errorf("%s reads only %d items", reader, items)
		}
	}
}

// TestTheClientOfStatuspageSeesNothingNew reads the API of a page that moved, and compares it with
// what Statuspage said.
func TestTheClientOfStatuspageSeesNothingNew(t *testing.T) {
	server := httptest.NewServer(http.FileServer(http.Dir(move(t, "statuspage", "v1"))))
	t.Cleanup(server.Close)
	type entry struct {
		ID, Name, Status, Impact string
		Updates                  []struct{ ID, Status string } `json:"incident_updates"`
		Components               []struct{ ID string }
	}
	type component struct{ ID, Name, Status string }
	var got struct {
		Components struct{ Components []component }
		Incidents  struct{ Incidents []entry }
		Summary    struct{ Incidents []entry }
		Status     struct{ Page struct{ ID string } }
	}
	testenv.Node(t, "client.mjs", map[string]any{"url": server.URL}, &got)
	export := func(name string, to any) {
		t.Helper()
		raw, err := os.ReadFile(filepath.Join(sources, "statuspage/testdata/v1", name))
		if err == nil {
			err = json.Unmarshal(raw, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var components []component
	export("components-001.json", &components)
	for _, c := range components {
		if !slices.Contains(got.Components.Components, c) {
			t.Errorf("%+v is not in %+v", c, got.Components.Components)
		}
	}
	var open, closed []entry
	export("incidents-001.json", &open)
	export("incidents-002.json", &closed)
	open = open[:1]          // the other one is maintenance
	open[0].Impact = "minor" // P3; docs/moving.md
	if d := gocmp.Diff(append(open, closed...), got.Incidents.Incidents); d != "" {
		t.Error(d)
	}
	if d := gocmp.Diff(open, got.Summary.Incidents); d != "" {
		t.Error(d)
	}
	if id := got.Status.Page.ID; id != "kctbh9vrtdwd" {
		t.Errorf("the page is %s", id)
	}
}
