// Package machines tests Crier's machine-readable output with independent readers from npm:
// rss-parser, feedparser, ical.js, the client statuspage.io and ajv; and with a browser that shows
// the banner of embed.js.
package machines

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"settler.io/crier/internal/cli"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// build builds a site into a folder, as if at the given time, and returns the folder.
func build(t *testing.T, site, at string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "public")
	var stdout, log bytes.Buffer
	args := []string{"build", "--site", site, "--at", at, "--out", out}
	if status := cli.Main(cli.System{Args: args, Stdout: &stdout, Stderr: &log, Dir: ".", Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }}); status != 0 {
		t.Fatalf("the build ends with %d\n%s", status, log.String())
	}
	return out
}

const (
	settler = "../.." // Settler's own page, at the root of the repository
	trouble = "2026-10-02T10:30:00Z"
)

// sites returns builds of Settler's page and of some unusual sites.
func sites(t *testing.T) []string {
	t.Helper()
	folders := []string{build(t, settler, trouble), build(t, settler, "2026-06-01T00:00:00Z")}
	for seed := range uint64(6) {
		dir := t.TempDir()
		site := testsite.Random(seed, time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC))
		if err := os.CopyFS(dir, site); err != nil {
			t.Fatal(err)
		}
		folders = append(folders, build(t, dir, "2026-03-29T12:00:00Z"))
	}
	return folders
}

// files lists the files of a build whose paths match.
func files(t *testing.T, folder, pattern string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if rest, _ := filepath.Rel(folder, name); err == nil && !entry.IsDir() && regexp.MustCompile(pattern).MatchString(filepath.ToSlash(rest)) {
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatal("no files", pattern, err)
	}
	return names
}

type item struct{ ID, Title, Link, Date, Content string }

func TestFeedsAreRead(t *testing.T) {
	type feed struct {
		Name string `json:"name"`
		File string `json:"file"`
	}
	var feeds []feed
	for _, folder := range sites(t) {
		for _, name := range files(t, folder, `\.(rss|atom)$`) {
			feeds = append(feeds, feed{name, name})
		}
	}
	var results []struct {
		Name, By, Title string
		Items           []item
	}
	testenv.Node(t, "feeds.mjs", map[string]any{"feeds": feeds}, &results)
	if len(results) != 2*len(feeds) {
		t.Fatalf("%d results of %d feeds", len(results), len(feeds))
	}
	items := 0
	for _, result := range results {
		raw, err := os.ReadFile(result.Name)
		if err != nil {
			t.Fatal(err)
		}
		other, err := gofeed.NewParser().Parse(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if result.Title != other.Title || len(result.Items) != len(other.Items) {
			t.Fatalf("%s reads %s as %q with %d items, gofeed as %q with %d", result.By, result.Name, result.Title, len(result.Items), other.Title, len(other.Items))
		}
		for n, got := range result.Items {
			items++
			content := other.Items[n].Content
			if content == "" {
				content = other.Items[n].Description
			}
			want := item{other.Items[n].GUID, other.Items[n].Title, other.Items[n].Link, other.Items[n].PublishedParsed.UTC().Format("2006-01-02T15:04:05.000Z"), content}
			got.Content, want.Content = strings.TrimSpace(got.Content), strings.TrimSpace(want.Content)
			if d := gocmp.Diff(want, got); d != "" {
				t.Fatalf("%s reads %s otherwise than gofeed: %s", result.By, result.Name, d)
			}
		}
	}
	if items < 500 {
		t.Errorf("only %d items", items)
	}
}

func TestCalendarsAreRead(t *testing.T) {
	folder := build(t, settler, trouble)
	names := files(t, folder, `\.ics$`)
	type event struct {
		UID, Summary, Starts, Ends, Status, Modified, Zone string
		Sequence                                           int
	}
	var calendars [][]event
	testenv.Node(t, "calendar.mjs", map[string]any{"files": names}, &calendars)
	all := map[string][]event{}
	for n, name := range names {
		rest, _ := filepath.Rel(folder, name)
		all[filepath.ToSlash(rest)] = calendars[n]
	}
	find := func(calendar, uid string) event {
		i := slices.IndexFunc(all[calendar], func(e event) bool { return strings.HasPrefix(e.UID, uid+"@") })
		if i < 0 {
			t.Fatalf("%s lacks %s: %+v", calendar, uid, all[calendar])
		}
		return all[calendar][i]
	}
	want := event{"2026-10-02-shopify-upgrade@status.settler.io", "[In progress] Upgrade of the Shopify adapter", "2026-10-02T10:00:00.000Z", "2026-10-02T12:00:00.000Z", "CONFIRMED", "2026-10-02T10:00:00.000Z", "UTC", 1}
	if d := gocmp.Diff(want, find("maintenance.ics", "2026-10-02-shopify-upgrade")); d != "" {
		t.Error(d)
	}
	if d := gocmp.Diff(want, find("components/shopify/maintenance.ics", "2026-10-02-shopify-upgrade")); d != "" {
		t.Error(d)
	}
	later := build(t, settler, "2026-12-02T00:00:00Z")
	testenv.Node(t, "calendar.mjs", map[string]any{"files": []string{filepath.Join(later, "maintenance.ics")}}, &calendars)
	all["maintenance.ics"] = calendars[0]
	if e := find("maintenance.ics", "2026-10-02-shopify-upgrade"); e.Sequence != 2 || !strings.HasPrefix(e.Summary, "[Completed]") {
		t.Errorf("after the window: %+v", e)
	}
}

func TestTheClientOfStatuspageReads(t *testing.T) {
	folder := build(t, settler, trouble)
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(server.Close)
	type incidents struct {
		Incidents []struct{ Name, Status, Impact string }
	}
	type maintenance struct {
		Scheduled []struct{ Name, Status string } `json:"scheduled_maintenances"`
	}
	var got struct {
		Status struct {
			Page   struct{ Name string }
			Status struct{ Indicator, Description string }
		}
		Summary struct {
			incidents
			maintenance
			Components []struct{ Name, Status string }
		}
		Components struct {
			Components []struct{ Name, Status string }
		}
		Incidents, Unresolved incidents
		Upcoming              maintenance
	}
	testenv.Node(t, "client.mjs", map[string]any{"url": server.URL}, &got)
	if got.Status.Page.Name != "Settler Status" || got.Status.Status.Indicator != "major" || got.Status.Status.Description != "Partial System Outage" {
		t.Errorf("status: %+v", got.Status)
	}
	open := []struct{ Name, Status, Impact string }{{"API returning errors", "identified", "critical"}}
	if d := gocmp.Diff(open, got.Summary.Incidents); d != "" {
		t.Error(d)
	}
	if d := gocmp.Diff(open, got.Unresolved.Incidents); d != "" {
		t.Error(d)
	}
	if len(got.Incidents.Incidents) < 3 || len(got.Components.Components) < 8 || len(got.Summary.Components) != len(got.Components.Components) {
		t.Errorf("%d incidents, %d components", len(got.Incidents.Incidents), len(got.Components.Components))
	}
	planned := []struct{ Name, Status string }{{"Upgrade of the Shopify adapter", "in_progress"}, {"Database upgrade", "scheduled"}}
	if d := gocmp.Diff(planned, got.Summary.Scheduled); d != "" {
		t.Error(d)
	}
	if d := gocmp.Diff(planned[1:], got.Upcoming.Scheduled); d != "" {
		t.Error(d)
	}
}

func TestEveryDocumentFollowsItsSchema(t *testing.T) {
	type document struct {
		Schema string `json:"schema"`
		File   string `json:"file"`
	}
	kinds := []struct{ pattern, schema string }{
		{`^api/v2/(summary|status|components|incidents|scheduled-maintenances|uptime)\.json$`, ""},
		{`^api/v2/incidents/unresolved\.json$`, "incidents"},
		{`^api/v2/scheduled-maintenances/(upcoming|active)\.json$`, "scheduled-maintenances"},
		{`^api/v2/incidents/[a-z0-9]{12}\.json$`, "incident"},
		{`^api/v2/components/[a-z0-9]{12}\.json$`, "component"},
		{`^(components/[^/]*/)?badge[^/]*\.json$`, "badge"},
	}
	var documents []document
	used := map[string]bool{}
	for _, folder := range sites(t) {
		covered := 0
		for _, kind := range kinds {
			if kind.schema == "incident" && !fileExists(filepath.Join(folder, "incidents")) && !fileExists(filepath.Join(folder, "maintenance")) {
				continue // nothing ever happened
			}
			for _, name := range files(t, folder, kind.pattern) {
				schema := kind.schema
				if schema == "" {
					schema = strings.TrimSuffix(filepath.Base(name), ".json")
				}
				schema += ".schema.json"
				documents = append(documents, document{schema, name})
				used[schema] = true
				if kind.schema != "badge" {
					covered++
				}
			}
		}
		if all := len(files(t, folder, `^api/`)); covered != all {
			t.Errorf("%d of the %d documents of the API have a schema", covered, all)
		}
	}
	var result struct {
		Checked  int
		Problems []string
	}
	testenv.Node(t, "schemas.mjs", map[string]any{"schemas": "../../docs/api", "documents": documents}, &result)
	if result.Checked != len(documents) {
		t.Errorf("%d of %d were checked", result.Checked, len(documents))
	}
	for _, p := range result.Problems {
		t.Error(p)
	}
	schemas, err := filepath.Glob("../../docs/api/*.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range schemas {
		if base := filepath.Base(name); !used[base] && base != "definitions.schema.json" {
			t.Errorf("no document was held to %s", base)
		}
	}
	// A schema that accepts everything would be useless.
	raw, err := os.ReadFile(filepath.Join(build(t, settler, trouble), "api/v2/summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{`"status":"identified"`: `"status":"found"`, `.000Z"`: `Z"`, `"page_id":`: `"pageid":`, `"custom_tweet":null`: `"custom_tweet":"x"`} {
		name := filepath.Join(t.TempDir(), "summary.json")
		if err := os.WriteFile(name, bytes.Replace(raw, []byte(from), []byte(to), 1), 0o644); err != nil {
			t.Fatal(err)
		}
		testenv.Node(t, "schemas.mjs", map[string]any{"schemas": "../../docs/api", "documents": []document{{"summary.schema.json", name}}}, &result)
		if len(result.Problems) != 1 {
			t.Errorf("%s in place of %s is not a problem", to, from)
		}
	}
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
