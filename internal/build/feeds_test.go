package build_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

var formats = []string{".rss", ".atom", ".json"}

func isFeed(name string) bool {
	return strings.HasSuffix(name, ".rss") || strings.HasSuffix(name, ".atom") || strings.HasSuffix(name, "feed.json") || strings.Contains(name, "feed/") && strings.HasSuffix(name, ".json")
}

// strict checks that the whole document is well-formed XML.
func strict(document string) error {
	decoder := xml.NewDecoder(strings.NewReader(document))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func parseFeed(t *testing.T, document string) *gofeed.Feed {
	t.Helper()
	feed, err := gofeed.NewParser().ParseString(document)
	if err != nil {
		t.Fatal(err)
	}
	return feed
}

// seen returns what a reader sees of an item, in any format.
func seen(item *gofeed.Item) string {
	updated := item.UpdatedParsed
	if updated == nil {
		updated = item.PublishedParsed
	}
	return fmt.Sprintf("%s | %s | %s | %s | %s | %s | %s", item.GUID, item.Title, item.Link, item.PublishedParsed.UTC(), updated.UTC(), item.Content, strings.Join(item.Categories, ","))
}

func TestTheSameItemsFromEveryFormat(t *testing.T) {
	end := instant(t, "2026-03-29T12:00:00Z")
	items := 0
	for seed := range seeds(40) {
		site := testsite.Random(seed, end)
		config := string(site["config.toml"].Data)
		site["config.toml"] = &fstest.MapFile{Data: []byte("languages = [\"en\", \"de\"]\n" + config)}
		for name, file := range site { // amend some updates
			if seed%3 == 0 && strings.Contains(name, "02-") {
				site[name] = &fstest.MapFile{Data: bytes.Replace(file.Data, []byte("---\n"), []byte("---\namended: 2026-03-29T11:00:00Z\n"), 1)}
			}
		}
		files, _, _ := compile(t, site, end)
		for name, document := range files {
			base, ok := strings.CutSuffix(name, ".atom")
			if !ok || base == "history" {
				continue
			}
			if err := strict(document); err != nil {
				t.Fatalf("seed %d: %s: %v", seed, name, err)
			}
			if archive(name) {
				continue
			}
			if err := strict(files[base+".rss"]); err != nil {
				t.Fatalf("seed %d: %s.rss: %v", seed, base, err)
			}
			want := parseFeed(t, document)
			for _, format := range []string{".rss", ".json"} {
				got := parseFeed(t, files[base+format])
				// The Atom feed may have archives, and so a different number of entries.
				if base == "feed" || base == "de/feed" {
					same := min(len(got.Items), len(want.Items))
					got.Items, want.Items = got.Items[:same], want.Items[:same]
				}
				if got.Title != want.Title || got.Link != want.Link || got.Language != want.Language || len(got.Items) != len(want.Items) {
					t.Fatalf("seed %d: %s%s is %q %q %q with %d items, the Atom feed %q %q %q with %d", seed, base, format,
						got.Title, got.Link, got.Language, len(got.Items), want.Title, want.Link, want.Language, len(want.Items))
				}
				for n := range want.Items {
					items++
					if d := cmp.Diff(seen(want.Items[n]), seen(got.Items[n])); d != "" {
						t.Fatalf("seed %d: %s%s: %s", seed, base, format, d)
					}
				}
			}
		}
	}
	if testenv.Long() && items < 1000 {
		t.Errorf("only %d items were compared", items)
	}
}

// archive reports whether a file is an archive of a feed.
func archive(name string) bool {
	name = strings.TrimPrefix(name, "de/")
	return strings.HasPrefix(name, "feed/") || strings.HasPrefix(name, "components/") && strings.Count(name, "/") > 2
}

// TestOnlyTheAtomFeedOfAllUpdatesHasArchives checks what the feeds of a large site contain.
func TestOnlyTheAtomFeedOfAllUpdatesHasArchives(t *testing.T) {
	testenv.SkipRace(t)
	site := testsite.Generate(testsite.Options{Incidents: 150, Seed: 1, Components: 2})
	for _, c := range []struct {
		config string
		most   int
	}{{"", 50}, {"[feeds]\nentries = 20\n", 20}, {"[feeds]\nentries = 120\n", 120}} {
		config := strings.ReplaceAll("languages = [\"en\", \"de\"]\n"+string(site["config.toml"].Data), "[feeds]\n", "[feeds]\nentries = 50\n")
		if c.config != "" {
			config += c.config
		}
		files, findings, _ := compile(t, withFile(site, "config.toml", config), instant(t, "2026-10-01T12:00:00Z"))
		if len(findings) > 0 {
			t.Fatal(findings)
		}
		archives := 0
		for name, document := range files {
			switch {
			case archive(name):
				archives++
				if !strings.HasSuffix(name, ".atom") || !strings.HasPrefix(strings.TrimPrefix(name, "de/"), "feed/") {
					t.Errorf("an archive %s", name)
				}
			case !isFeed(name) || strings.HasSuffix(name, "feed.atom") && !strings.Contains(name, "components"):
			default:
				if n := len(parseFeed(t, document).Items); n != c.most {
					t.Errorf("%s holds %d entries, want %d", name, n, c.most)
				}
				if previous(t, document) != "" {
					t.Errorf("%s names an archive", name)
				}
			}
		}
		if archives < 8 || previous(t, files["feed.atom"]) == "" || previous(t, files["de/feed.atom"]) == "" {
			t.Errorf("%d archives", archives)
		}
	}
}

// TestBytesWritten checks the size of a site against the limit in DESIGN.md.
func TestBytesWritten(t *testing.T) {
	testenv.SkipRace(t)
	result, _ := run(t, packed(t, testsite.Generate(testsite.Options{Incidents: 1000, Seed: 1, Components: 20})), instant(t, "2026-10-01T12:00:00Z"))
	bytes, updates := 0, 0
	for _, content := range testsite.Files(t, result.Files) {
		bytes += len(content)
	}
	for _, u := range result.Site.Public() {
		if u.Kind == "incident" {
			updates++
		}
	}
	t.Logf("%d updates, %d files, %d bytes", updates, result.Files.Len(), bytes)
	if bytes > 25_000_000 || updates != 4000 {
		t.Errorf("%d updates come to %d bytes, more than 25 MB", updates, bytes)
	}
}

// pieces splits a feed into its items, keyed by ID, each with its bytes. The bytes around them have
// the key "".
func pieces(t *testing.T, name, document string) map[string]string {
	t.Helper()
	open, end, id := "<item>", "</item>", `<guid isPermaLink="false">`
	switch {
	case strings.HasSuffix(name, ".atom"):
		open, end, id = "<entry>", "</entry>", "<id>"
	case strings.HasSuffix(name, ".json"):
		open, end, id = "  {\n   \"id\"", "\n  }", `"id": "`
	}
	parts := map[string]string{}
	for {
		before, rest, found := strings.Cut(document, open)
		parts[""] += before
		if !found {
			return parts
		}
		item, rest, _ := strings.Cut(rest, end)
		item = open + item
		_, key, found := strings.Cut(item, id)
		if !found {
			t.Fatalf("%s: an item without an id: %s", name, item)
		}
		key = key[:strings.IndexAny(key, `<"`)]
		if parts[key] != "" {
			t.Fatalf("%s: two items %s", name, key)
		}
		parts[key] = item
		document = rest
	}
}

// changed returns the items that differ between two builds, each with the feeds in which it does.
func changed(t *testing.T, before, after map[string]string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if !isFeed(name) || strings.HasPrefix(name, "history.") {
			continue
		}
		old, new := pieces(t, name, before[name]), pieces(t, name, after[name])
		ids := maps.Clone(old)
		maps.Copy(ids, new)
		delete(ids, "")
		for _, id := range slices.Sorted(maps.Keys(ids)) {
			if old[id] != new[id] {
				what := "changed"
				switch {
				case old[id] == "":
					what = "added"
				case new[id] == "":
					what = "gone"
				}
				all[id+" "+what] = append(all[id+" "+what], name)
			}
		}
	}
	return all
}

func withFile(site fstest.MapFS, name, text string) fstest.MapFS {
	site = maps.Clone(site)
	site[name] = &fstest.MapFile{Data: []byte(text)}
	return site
}

const troubled = "content/incidents/api-down/"

// trouble returns a site with an incident of three updates. The first update sets the title.
func trouble() fstest.MapFS {
	site := testsite.Generate(testsite.Options{Incidents: 8, Seed: 4})
	site = withFile(site, troubled+"01-investigating.md", "---\ntitle: API down\nseverity: P1\ncomponents: [component-1, component-2]\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\nimpact: All fails.\neta: soon\n---\nWe look.\n")
	site = withFile(site, troubled+"02-identified.md", "---\nstatus: identified\ndate: 2026-10-02T10:10:00Z\nimpact: All fails.\neta: soon\n---\nWe know.\n")
	return withFile(site, troubled+"03-monitoring.md", "---\ntitle: API was down\nstatus: monitoring\ndate: 2026-10-02T10:20:00Z\nimpact: Little.\neta: soon\n---\nWe watch.\n")
}

// three are the feeds with the incident in one format: the page's and those of both components.
var three = []string{"components/component-1/feed", "components/component-2/feed", "feed"}

func inEvery(format ...string) []string {
	var names []string
	for _, name := range three {
		for _, f := range format {
			names = append(names, name+f)
		}
	}
	slices.Sort(names)
	return names
}

func TestAnUpdateAddsOneItemAndChangesNoOther(t *testing.T) {
	now := instant(t, "2026-10-02T11:00:00Z")
	site := trouble()
	before, _, _ := compile(t, site, now)
	after, _, _ := compile(t, withFile(site, troubled+"04-resolved.md", "---\nstatus: resolved\ndate: 2026-10-02T10:30:00Z\n---\nAll is well.\n"), now)
	want := map[string][]string{"tag:status.example.com,2005:Incident/api-down/04-resolved added": inEvery(formats...)}
	if d := cmp.Diff(want, changed(t, before, after)); d != "" {
		t.Error(d)
	}
}

func TestAnAmendmentChangesContentAndUpdatedOnly(t *testing.T) {
	now := instant(t, "2026-10-02T11:00:00Z")
	site := trouble()
	before, _, _ := compile(t, site, now)
	amended := string(site[troubled+"02-identified.md"].Data)
	amended = strings.Replace(strings.Replace(amended, "We know.", "We know it is a disk.", 1), "---\n", "---\namended: 2026-10-02T10:45:00Z\n", 1)
	after, _, _ := compile(t, withFile(site, troubled+"02-identified.md", amended), now)
	want := map[string][]string{"tag:status.example.com,2005:Incident/api-down/02-identified changed": inEvery(formats...)}
	if d := cmp.Diff(want, changed(t, before, after)); d != "" {
		t.Error(d)
	}
	for _, format := range formats {
		was, is := parseFeed(t, before["feed"+format]).Items[1], parseFeed(t, after["feed"+format]).Items[1]
		if is.UpdatedParsed.Format("15:04") != "10:45" || !strings.Contains(is.Content, "a disk") {
			t.Errorf("%s: %s", format, seen(is))
		}
		is.Content, is.UpdatedParsed = was.Content, was.UpdatedParsed
		if d := cmp.Diff(seen(was), seen(is)); d != "" {
			t.Errorf("%s: %s", format, d)
		}
	}
	// Without amended, the updated time stays.
	after, _, _ = compile(t, withFile(site, troubled+"02-identified.md", strings.Replace(amended, "amended: 2026-10-02T10:45:00Z\n", "", 1)), now)
	if got := parseFeed(t, after["feed.atom"]); got.Items[1].UpdatedParsed.Format("15:04") != "10:10" || got.UpdatedParsed.Format("15:04") != "10:20" {
		t.Errorf("without amended the item is of %s, the feed of %s", got.Items[1].Updated, got.Updated)
	}
}

func TestATitleIsInheritedUntilAnotherComes(t *testing.T) {
	now := instant(t, "2026-10-02T11:00:00Z")
	site := trouble()
	before, _, _ := compile(t, site, now)
	after, _, _ := compile(t, withFile(site, troubled+"01-investigating.md", strings.Replace(string(site[troubled+"01-investigating.md"].Data), "API down", "API gone", 1)), now)
	got := slices.Sorted(maps.Keys(changed(t, before, after)))
	want := []string{"tag:status.example.com,2005:Incident/api-down/01-investigating changed", "tag:status.example.com,2005:Incident/api-down/02-identified changed"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// packed returns the same files in an FS that lists folders faster: an fstest.MapFS goes through
// all files to list one folder.
func packed(t *testing.T, site fstest.MapFS) fs.FS {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(site)) {
		file, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = file.Write(site[name].Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestTheHistoryOfTenThousandIncidents follows the feeds of a large site to their ends. Without
// CRIER_LONG, the site has 400 incidents.
func TestTheHistoryOfTenThousandIncidents(t *testing.T) {
	incidents := 400
	if testenv.Long() {
		incidents = 10_000
	}
	site := testsite.Generate(testsite.Options{Incidents: incidents, Seed: 1})
	now := instant(t, "2026-10-01T12:00:00Z")
	result, _ := run(t, packed(t, site), now)
	read := func(name string) string {
		f, ok := result.Files.Lookup(name)
		if !ok {
			t.Fatalf("no file %s", name)
		}
		var b strings.Builder
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		if b.Len() >= 300_000 {
			t.Errorf("%s has %d bytes", name, b.Len())
		}
		return b.String()
	}
	read("history.rss")
	read("history.atom")
	whole := map[string]bool{}
	for _, start := range []string{"feed.atom", "feed.rss", "feed.json", "components/component-1/feed.rss"} {
		ids, documents, last := map[string]bool{}, 0, ""
		for next := start; next != ""; {
			documents++
			document := read(next)
			for id := range pieces(t, next, document) {
				ids[id] = true
			}
			if documents%25 == 1 {
				for n, item := range parseFeed(t, document).Items {
					at := item.PublishedParsed.UTC().Format("2006-01-02T15:04:05")
					if n > 0 && last < at {
						t.Fatalf("%s: %s comes after an older item", next, item.GUID)
					}
					last = at
				}
			}
			next = previous(t, document)
		}
		delete(ids, "")
		t.Logf("%s: %d items in %d documents", start, len(ids), documents)
		switch {
		case start == "feed.atom":
			whole = ids
			// Updates, maintenance with two transitions, and an announcement.
			if n := 4*incidents + 3*(incidents/20) + 1; len(ids) != n {
				t.Errorf("%d items, want %d", len(ids), n)
			}
		case len(ids) != 50 || documents != 1:
			t.Errorf("%s holds %d items in %d documents", start, len(ids), documents)
		default:
			for id := range ids {
				if !whole[id] {
					t.Errorf("feed.atom does not lead to %s of %s", id, start)
				}
			}
		}
	}
}

// TestAnUpdateChangesFewFiles adds an update to an incident of a site with many archives. Only the
// pages and documents about that incident may change, and no archive.
func TestAnUpdateChangesFewFiles(t *testing.T) {
	testenv.SkipRace(t)
	site := testsite.Generate(testsite.Options{Incidents: 1500, Seed: 1, Years: 2})
	now := instant(t, "2026-10-01T12:00:00Z")
	var last string
	for _, name := range slices.Sorted(maps.Keys(site)) {
		if strings.HasSuffix(name, "04-resolved.md") {
			last = name
		}
	}
	own := strings.Split(last, "/")[4]
	extra := strings.Replace(last, "04-resolved", "05-investigating", 1)
	before, _, _ := compile(t, site, now)
	after, _, _ := compile(t, withFile(site, extra, "---\nstatus: investigating\ndate: 2026-10-01T11:59:00Z\nimpact: Again.\neta: soon\n---\nIt is back.\n"), now)
	var files []string
	components, archives := map[string]bool{}, 0
	for _, name := range slices.Sorted(maps.Keys(after)) {
		part := strings.Split(name, "/")
		archive := archive(name)
		if archive {
			archives++
		}
		if before[name] == after[name] {
			continue
		}
		files = append(files, name)
		if part[0] == "components" {
			components[part[1]] = true
		}
		if archive && before[name] != "" || part[0] == "incidents" && part[1] != own {
			t.Errorf("%s changes", name)
		}
	}
	t.Logf("one update changes %d of %d files, %d components: %s", len(files), len(after), len(components), strings.Join(files, " "))
	if len(files) > 30+8*len(components) || len(components) == 0 || len(components) > 2 || archives < 50 {
		t.Errorf("%d files change, of %d components; there are %d archives", len(files), len(components), archives)
	}
}

var previousArchive = regexp.MustCompile(`<(?:atom:)?link href="([^"]*)" rel="prev-archive"|"next_url": "([^"]*)"`)

// previous returns the file of the archive that precedes a document of a feed, or "".
func previous(t *testing.T, document string) string {
	t.Helper()
	m := previousArchive.FindStringSubmatch(document)
	if m == nil {
		return ""
	}
	file, ok := strings.CutPrefix(m[1]+m[2], "https://status.example.com/")
	if !ok {
		t.Fatalf("an archive at %q", m[1]+m[2])
	}
	return file
}
