package build_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"
	"github.com/rogpeppe/go-internal/txtar"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// compile builds a whole site from its files.
func compile(t testing.TB, site fs.FS, now time.Time) (map[string]string, []diag.Finding, time.Time) {
	t.Helper()
	result, findings := run(t, site, now)
	return testsite.Files(t, result.Files), findings, result.NextChange
}

func run(t testing.TB, site fs.FS, now time.Time) (build.Result, []diag.Finding) {
	t.Helper()
	input, findings := load(t, site, now)
	result := build.Build(input)
	return result, diag.Sort(slices.Concat(findings, result.Findings))
}

// load reads the input of a build from a site.
func load(t testing.TB, site fs.FS, now time.Time) (build.Input, []diag.Finding) {
	t.Helper()
	input, findings, err := build.Load(site, content.Options{})
	if err != nil {
		t.Fatal(err)
	}
	input.Now = now
	return input, findings
}

// TestSites runs the whole-site cases in testdata. Each case is a txtar archive. The lines of its
// comment are "at: <instant>" and the expectations: "file: <path>", "nofile: <path>", "has <path>:
// <text>", "lacks <path>: <text>", "finding: <text>", "findings: <number>".
func TestSites(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			site := fstest.MapFS{}
			for _, f := range archive.Files {
				site[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			comment := string(archive.Comment)
			at := "2026-10-02T10:30:00Z"
			for line := range strings.SplitSeq(comment, "\n") {
				if value, ok := strings.CutPrefix(line, "at: "); ok {
					at = value
				}
			}
			files, findings, next := compile(t, site, instant(t, at))
			var said []string
			for _, f := range findings {
				said = append(said, fmt.Sprintf("%s: %s [%s] hint: %s", f.Position, f.Message, f.Kind.Code, f.Hint))
			}
			checkCase(t, comment, files, said, next)
			checkLinks(t, files)
		})
	}
}

func checkCase(t *testing.T, comment string, files map[string]string, said []string, next time.Time) {
	checks := 0
	for line := range strings.SplitSeq(comment, "\n") {
		word, rest, _ := strings.Cut(line, " ")
		checks++
		switch word {
		case "file:":
			if _, ok := files[rest]; !ok {
				t.Errorf("no file %s among %q", rest, slices.Sorted(maps.Keys(files)))
			}
		case "nofile:":
			if _, ok := files[rest]; ok {
				t.Errorf("there is a file %s", rest)
			}
		case "has", "lacks":
			name, text, _ := strings.Cut(rest, ": ")
			if strings.Contains(files[name], text) != (word == "has") {
				t.Errorf("%s: want it %s %q:\n%s", name, word, text, files[name])
			}
		case "nowhere:":
			for name, content := range files {
				if strings.Contains(content, rest) || strings.Contains(name, rest) {
					t.Errorf("%q leaks into %s", rest, name)
				}
			}
		case "finding:":
			if !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, rest) }) {
				t.Errorf("no finding %q among:\n%s", rest, strings.Join(said, "\n"))
			}
		case "findings:":
			if rest != fmt.Sprint(len(said)) {
				t.Errorf("%d findings, want %s:\n%s", len(said), rest, strings.Join(said, "\n"))
			}
		case "next:":
			if got := next.UTC().Format(time.RFC3339); got != rest {
				t.Errorf("next change at %s, want %s", got, rest)
			}
		default:
			checks--
		}
	}
	if checks == 0 {
		t.Error("the case checks nothing")
	}
}

// checkLinks follows every link within the site and every anchor from every page, as if opened from
// disk.
func checkLinks(t *testing.T, files map[string]string) {
	t.Helper()
	pages := map[string]*goquery.Document{}
	for name, text := range files {
		if path.Ext(name) == ".html" {
			document, err := goquery.NewDocumentFromReader(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			pages[name] = document
		}
	}
	links := 0
	for name, page := range pages {
		page.Find("[href], [src]").Each(func(_ int, s *goquery.Selection) {
			link := s.AttrOr("href", s.AttrOr("src", ""))
			u, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: %q is not an address", name, link)
				return
			}
			if u.IsAbs() || u.Host != "" {
				return
			}
			links++
			target := name
			if u.Path != "" {
				target = path.Join(path.Dir(name), u.Path)
			}
			if _, ok := files[target]; !ok {
				t.Errorf("%s links to %s, which is not there", name, link)
			}
			if u.Fragment != "" && pages[target].Find(`[id="`+u.Fragment+`"]`).Length() != 1 {
				t.Errorf("%s links to %s, an anchor that is not there once", name, link)
			}
		})
		ids := map[string]bool{}
		page.Find("[id]").Each(func(_ int, s *goquery.Selection) {
			if id := s.AttrOr("id", ""); ids[id] {
				t.Errorf("%s has the id %q twice", name, id)
			} else {
				ids[id] = true
			}
		})
	}
	if links == 0 {
		t.Error("no links were followed")
	}
}

func root(t testing.TB) fs.FS {
	t.Helper()
	return os.DirFS("../..")
}

func TestSettlersSiteHoldsTogether(t *testing.T) {
	for _, at := range []string{"2026-10-02T10:30:00Z", "2026-12-01T00:00:00Z", "2026-06-01T00:00:00Z"} {
		files, findings, _ := compile(t, root(t), instant(t, at))
		checkLinks(t, files)
		for _, f := range findings {
			if f.Kind.Class != diag.Note {
				t.Errorf("%s", f)
			}
		}
	}
}

func TestNothingChangesBeforeNextChange(t *testing.T) {
	testenv.SkipRace(t)
	end := instant(t, "2026-03-29T12:00:00Z")
	for seed := range seeds(60) {
		site := testsite.Random(seed, end)
		now := end.Add(time.Duration(seed%7) * 7 * time.Hour)
		for range 4 {
			files, _, next := compile(t, site, now)
			if !next.After(now) {
				t.Fatalf("seed %d: next change %s is not after %s", seed, next, now)
			}
			just := next.Add(-time.Nanosecond)
			before, _, _ := compile(t, site, just)
			if d := cmp.Diff(files, before); d != "" {
				t.Fatalf("seed %d: %s and %s differ, though the next change is %s:\n%s", seed, now, just, next, d)
			}
			after, _, _ := compile(t, site, next)
			if cmp.Equal(before, after) {
				t.Errorf("seed %d: nothing changes at %s", seed, next)
			}
			now = next
		}
	}
}

func TestOneMinuteOfAnOpenIncidentIsByteIdentical(t *testing.T) {
	one, _, next := compile(t, root(t), instant(t, "2026-10-02T10:05:00Z"))
	two, _, _ := compile(t, root(t), instant(t, "2026-10-02T10:06:00Z"))
	if d := cmp.Diff(one, two); d != "" {
		t.Error(d)
	}
	three, _, _ := compile(t, root(t), next)
	if cmp.Equal(two, three) {
		t.Errorf("nothing changes at %s", next)
	}
}

func TestTheOrderOfFilesDoesNotMatter(t *testing.T) {
	end := instant(t, "2026-03-29T12:00:00Z")
	for seed := range seeds(30) {
		site := testsite.Random(seed, end)
		one, _, _ := compile(t, site, end)
		two, _, _ := compile(t, testsite.Shuffled(site, seed), end)
		if d := cmp.Diff(one, two); d != "" {
			t.Fatalf("seed %d: %s", seed, d)
		}
	}
}

// TestNamesOfUpdatesDoNotMatter renames update files that have distinct dates. Only anchors and IDs
// may change.
func TestNamesOfUpdatesDoNotMatter(t *testing.T) {
	site := testsite.Generate(testsite.Options{Incidents: 12, Seed: 3})
	renamed := fstest.MapFS{}
	names := map[string]string{"01-investigating": "d", "02-identified": "c", "03-monitoring": "b", "04-resolved": "a"}
	for name, file := range site {
		stem := strings.TrimSuffix(path.Base(name), ".md")
		if other, ok := names[stem]; ok {
			name = path.Join(path.Dir(name), other+".md")
		}
		renamed[name] = file
	}
	now := instant(t, "2026-10-01T12:00:00Z")
	one, _, _ := compile(t, site, now)
	two, _, _ := compile(t, renamed, now)
	ids := apiIDs(t, site, names)
	for name := range one {
		one[name] = ids.Replace(one[name])
		for from, to := range names {
			for _, mark := range []string{`id="`, `href="#`, `/#`, `/`, `html#`} {
				one[name] = strings.ReplaceAll(one[name], mark+from+`"`, mark+to+`"`)
				one[name] = strings.ReplaceAll(one[name], mark+from+`<`, mark+to+`<`)
			}
		}
	}
	delete(one, "version.json") // includes anchors
	delete(two, "version.json")
	if d := cmp.Diff(one, two); d != "" {
		t.Error(d)
	}
}

// apiIDs replaces the API's IDs of updates by those of the same updates under other names.
func apiIDs(t *testing.T, files fstest.MapFS, names map[string]string) *strings.Replacer {
	var pairs []string
	for name := range files {
		for from, to := range names {
			if path.Base(name) == from+".md" {
				incident := "incidents/" + path.Base(path.Dir(name)) + "/"
				pairs = append(pairs, site.Identify("update", incident+from), site.Identify("update", incident+to))
			}
		}
	}
	if len(pairs) == 0 {
		t.Fatal("no updates")
	}
	return strings.NewReplacer(pairs...)
}

func TestTheFeedIsWellFormedWhateverPeopleWrite(t *testing.T) {
	hostile := "<script>alert(1)</script> ]]> &amp; \x01\x08 <img src=x onerror=alert(1)> [a](javascript:alert%281%29) \u202e &#x6a;avascript:alert(1)"
	site := testsite.Generate(testsite.Options{Incidents: 3, Seed: 1})
	site["content/incidents/hostile/01-x.md"] = &fstest.MapFile{Data: []byte("---\ntitle: \"<script>alert(1)</script> ]]> \\x01 \\\"quoted\\\"\"\nseverity: P0\nstatus: investigating\ndate: 2026-09-30T10:00:00Z\nimpact: \"<b> ]]>\"\neta: \"<i>\"\ncomponents: [component-1]\n---\n" + hostile + "\n\nWords, then " + hostile + "\n")}
	files, findings, _ := compile(t, site, instant(t, "2026-09-30T12:00:00Z"))
	checkLinks(t, files)
	for _, code := range []string{"dropped-html", "dropped-link", "control-character"} {
		if !slices.ContainsFunc(findings, func(f diag.Finding) bool { return f.Kind.Code == code }) {
			t.Errorf("no finding %s", code)
		}
	}
	for name, text := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		page, err := goquery.NewDocumentFromReader(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		page.Find("script").Each(func(_ int, s *goquery.Selection) {
			if s.AttrOr("type", "") == "application/ld+json" && json.Valid([]byte(s.Text())) {
				return // data, which browsers don't execute
			}
			if src := s.AttrOr("src", ""); !strings.Contains(src, "assets/app.") && (name != "embed.html" || src != "embed.js") || s.Text() != "" {
				t.Errorf("%s holds a script that is not ours", name)
			}
		})
		if page.Find("iframe, object, embed, img, [onerror], [onclick], [style]").Length() > 0 {
			t.Errorf("%s holds what can be executed", name)
		}
		page.Find("[href]").Each(func(_ int, s *goquery.Selection) {
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(s.AttrOr("href", ""))), "javascript") {
				t.Errorf("%s links to %s", name, s.AttrOr("href", ""))
			}
		})
	}
	decoder := xml.NewDecoder(strings.NewReader(files["feed.rss"]))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("feed.rss: %v", err)
		}
	}
	feed, err := gofeed.NewParser().ParseString(files["feed.rss"])
	if err != nil {
		t.Fatal(err)
	}
	if got, want := feed.Items[0].Title, `[Investigating] <script>alert(1)</script> ]]> "quoted"`; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	if feed.Items[0].GUID != "tag:status.example.com,2005:Incident/hostile/01-x" || len(feed.Items) < 4 {
		t.Errorf("guid %q, %d items", feed.Items[0].GUID, len(feed.Items))
	}
}

func TestTheFeedHasOneItemForEveryUpdate(t *testing.T) {
	files, _, _ := compile(t, root(t), instant(t, "2026-10-02T10:30:00Z"))
	feed, err := gofeed.NewParser().ParseString(files["feed.rss"])
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range feed.Items[:4] {
		got = append(got, item.PublishedParsed.UTC().Format(time.RFC3339)+" "+item.Title+" "+item.GUID)
	}
	want := []string{
		"2026-10-02T10:21:00Z [Identified] API returning errors tag:status.settler.io,2005:Incident/2026-10-02-api-down/02-identified",
		"2026-10-02T10:04:00Z [Investigating] API returning errors tag:status.settler.io,2005:Incident/2026-10-02-api-down/01-investigating",
		"2026-10-02T10:00:00Z [In progress] Upgrade of the Shopify adapter tag:status.settler.io,2005:Maintenance/2026-10-02-shopify-upgrade/started",
		"2026-09-30T09:00:00Z [Scheduled] Database upgrade tag:status.settler.io,2005:Maintenance/2026-11-30-db-upgrade/01-scheduled",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !strings.Contains(feed.Items[1].Description, "Impact: All API requests fail.\nETA: 2026-10-02 11:00 UTC") {
		t.Errorf("description %q", feed.Items[1].Description)
	}
}

func TestGeneratedSitesHaveNoFindings(t *testing.T) {
	_, findings, _ := compile(t, testsite.Generate(testsite.Options{Incidents: 60, Seed: 9}), instant(t, "2026-10-01T12:00:00Z"))
	for _, f := range findings {
		t.Errorf("%s", f)
	}
}

// onDisk writes a site to a temporary folder, because an fstest.MapFS gets slower as it grows.
func onDisk(t testing.TB, site fstest.MapFS) fs.FS {
	t.Helper()
	dir := t.TempDir()
	for name, file := range site {
		testenv.Write(t, dir, name, string(file.Data))
	}
	return os.DirFS(dir)
}

// BenchmarkBuild builds whole sites in memory. The time per update must not grow with the size of
// the site.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprintf("incidents=%d", n), func(b *testing.B) {
			site := onDisk(b, testsite.Generate(testsite.Options{Incidents: n}))
			now := instant(b, "2026-10-01T12:00:00Z")
			b.ResetTimer()
			for b.Loop() {
				result, _ := run(b, site, now)
				testsite.Files(b, result.Files)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(4*n), "ns/update")
		})
	}
}

// unpublished returns a site with everything that must not be public at 2026-10-02T10:30:00Z,
// marked by the words "secret" or "1999" or by odd seconds, next to public content. It switches on
// everything that adds outputs. It also returns the same site without the unpublished content.
func unpublished(t *testing.T) (site, without fstest.MapFS) {
	front := func(lines ...string) string {
		return "---\n" + strings.Join(lines, "\n") + "\n---\nThe secret text, from [secret](https://secret.example.com).\n"
	}
	secrets := map[string]string{
		"content/incidents/public/02-secret-held.md":      front("status: identified", "title: secret title", "impact: secret impact", "eta: secret eta", "severity: P2", "date: 2026-10-02T10:01:41Z", "hold: 45m", "components: {secret-part: major_outage}"),
		"content/incidents/public/03-secret-draft.md":     front("status: resolved", "title: secret title", "date: 2026-10-02T10:02:43Z", "draft: true"),
		"content/incidents/public/04-secret-ahead.md":     front("status: resolved", "severity: P0", "date: 2026-10-02T10:37:47Z", "amended: 2026-10-02T10:38:53Z", "aliases: [/secret/]"),
		"content/incidents/public/postmortem.md":          front("title: secret", "impact: secret", "meeting: 2026-10-02T10:09:41Z"),
		"content/incidents/secret-draft/01-secret.md":     front("title: secret", "severity: P0", "status: investigating", "date: 2026-09-01T10:00:41Z", "draft: true", "components: [api]"),
		"content/incidents/secret-held/01-secret.md":      front("title: secret", "severity: P3", "status: investigating", "date: 2026-10-02T10:03:41Z", "hold: 50m", "components: [api]"),
		"content/incidents/secret-ahead/01-secret.md":     front("title: secret", "severity: P0", "status: investigating", "date: 2026-12-02T10:03:41Z", "components: [api]"),
		"content/incidents/secret-ahead/postmortem.md":    front("title: secret", "public: true"),
		"content/maintenance/secret-draft/01-secret.md":   front("title: secret", "status: scheduled", "date: 2026-10-01T10:03:41Z", "starts: 2026-10-02T10:00:41Z", "ends: 2026-10-02T11:00:41Z", "draft: true", "components: [api]"),
		"content/maintenance/secret-held/01-secret.md":    front("title: secret", "status: scheduled", "date: 2026-10-01T10:03:41Z", "starts: 2026-10-02T10:00:41Z", "ends: 2026-10-02T11:00:41Z", "hold: 2d", "components: [api]"),
		"content/maintenance/secret-ahead/01-secret.md":   front("title: secret", "status: scheduled", "date: 2026-10-03T10:03:41Z", "starts: 2026-10-04T10:00:41Z", "ends: 2026-10-05T11:00:41Z", "components: [api]"),
		"content/announcements/secret-draft.md":           front("title: secret", "date: 2026-10-01T10:00:41Z", "draft: true"),
		"content/announcements/secret-ahead.md":           front("title: secret", "date: 2026-10-03T10:00:41Z"),
		"content/pages/secret.md":                         front("title: secret", "draft: true"),
		"content/templates/secret.md":                     front("title: secret", "severity: P1"),
		"content/incidents/public/01-investigating.de.md": front("title: secret", "draft: true"),
	}
	site, without = fstest.MapFS{}, fstest.MapFS{}
	both := map[string]string{
		"config.toml": "title = \"Example Status\"\nbase_url = \"https://status.example.com/\"\nlanguage = \"en\"\nlanguages = [\"en\", \"de\"]\n[feeds]\ncstate = true\n[publish]\ncname = \"status.example.com\"\n" +
			"[[components]]\nid = \"api\"\nname = \"API\"\naliases = [\"/affected/api/\"]\n[[components]]\nid = \"secret-part\"\nname = \"Part\"\naliases = [\"/affected/part/\"]\n",
		"content/incidents/public/01-investigating.md": "---\ntitle: Public trouble\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\ncomponents: [api]\n" +
			"acknowledged: 2026-10-02T10:00:41Z\nsecurity: incident\nescalate: [ceo]\nescalated: {lead: 2026-10-02T10:00:43Z}\nnotified: 2026-10-02T10:00:47Z\ndata_loss: true\nwaive: {escalate: \"a secret reason\"}\n---\nThe public text.\n",
		"content/maintenance/public/01-scheduled.md": "---\ntitle: Public work\nstatus: scheduled\ndate: 2026-10-01T10:00:00Z\nstarts: 2026-10-02T10:00:00Z\nends: 2026-10-02T11:00:00Z\ncomponents: [api]\n---\nThe public work.\n",
		"content/announcements/public.md":            "---\ntitle: Public notice\ndate: 2026-10-01T10:00:00Z\n---\nThe public notice.\n",
		"content/pages/about.md":                     "---\ntitle: About\n---\nThe public page.\n",
	}
	for name, text := range both {
		site[name], without[name] = &fstest.MapFile{Data: []byte(text)}, &fstest.MapFile{Data: []byte(text)}
	}
	for name, text := range secrets {
		site[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return site, without
}

// TestNothingUnpublishedLeaks compares a site that has all kinds of unpublished content with the
// same site without it, and looks for the texts, titles, IDs and dates in every file.
func TestNothingUnpublishedLeaks(t *testing.T) {
	site, without := unpublished(t)
	now := instant(t, "2026-10-02T10:30:00Z")
	files, findings, _ := compile(t, site, now)
	for _, f := range findings {
		if f.Kind.Class == diag.Mistake {
			t.Error(f)
		}
	}
	clean, _, _ := compile(t, without, now)
	if d := cmp.Diff(clean, files); d != "" {
		t.Errorf("what is not public changes the site:\n%s", d)
	}
	secrets := regexp.MustCompile(`(?i)secret-(?:held|draft|ahead)|01-secret|secret (?:text|title|impact|eta|reason)|secret\.example|:4[137]\b|2026-12|12-02|Dec 2026|December|\bCEO\b|"security"`)
	for name, text := range files {
		if found := secrets.FindString(name + "\n" + text); found != "" {
			t.Errorf("%q leaks into %s", found, name)
		}
	}
	kinds := map[string]bool{}
	for name := range files {
		kinds[path.Ext(name)] = true
	}
	for _, kind := range []string{".html", ".md", ".rss", ".atom", ".json", ".ics", ".svg", ".xml", ".txt"} {
		if !kinds[kind] {
			t.Errorf("no file of the kind %s was looked at", kind)
		}
	}
	// The same site later shows what was held, so the test would notice it.
	later, _, _ := compile(t, site, now.AddDate(0, 3, 0))
	if !secrets.MatchString(later["feed.rss"]) || !secrets.MatchString(later["incidents/secret-ahead/index.html"]) {
		t.Error("three months later nothing of it is public")
	}
}

// TestWhatIsNotPublicChangesNothing removes the files that are not public at an instant from random
// sites.
func TestWhatIsNotPublicChangesNothing(t *testing.T) {
	testenv.SkipRace(t)
	end := instant(t, "2026-03-29T12:00:00Z")
	removed := 0
	for seed := range seeds(80) {
		site := testsite.Random(seed, end)
		now := end.Add(-time.Duration(seed%40) * 11 * time.Hour)
		input, _ := load(t, site, now)
		rules, loaded := input.Config.Rules, input.Content
		without := maps.Clone(site)
		drop := func(releases []policy.Release) {
			for _, release := range releases {
				if !release.Public(now) {
					delete(without, release.Update.Path)
					removed++
				}
			}
		}
		for _, i := range loaded.Incidents {
			drop(rules.Releases(i.Updates))
		}
		for _, m := range loaded.Maintenance {
			drop(rules.MaintenanceReleases(m.Updates))
		}
		one, _, _ := compile(t, site, now)
		two, _, _ := compile(t, without, now)
		if d := cmp.Diff(two, one); d != "" {
			t.Fatalf("seed %d at %s: what is not public changes the site:\n%s", seed, now, d)
		}
	}
	if testenv.Long() && removed < 100 {
		t.Errorf("only %d files were not public", removed)
	}
}

// TestWhatIsPublic checks which updates a site shows: no drafts, no held updates, but automatic
// transitions.
func TestWhatIsPublic(t *testing.T) {
	update := func(text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\n" + text + "\n---\nText.\n")}
	}
	fs := fstest.MapFS{
		"config.toml": {Data: []byte("title = \"T\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\n")},
		"content/incidents/a/01-investigating.md": update("title: A\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\ncomponents: [api]"),
		"content/incidents/a/02-identified.md":    update("status: identified\nseverity: P3\ndate: 2026-10-02T10:10:00Z"),
		"content/incidents/a/03-monitoring.md":    update("status: monitoring\ndate: 2026-10-02T10:20:00Z\nhold: 30m"),
		"content/incidents/b/01-investigating.md": update("title: B\nseverity: P0\nstatus: investigating\ndate: 2026-10-02T09:00:00Z"),
		"content/incidents/b/02-identified.md":    update("status: identified\ndate: 2026-10-02T09:01:00Z\ndraft: true\nsecurity: incident"),
		"content/maintenance/m/01-scheduled.md":   update("title: M\nstatus: scheduled\nstarts: 2026-10-02T10:00:00Z\nends: 2026-10-02T12:00:00Z\ndate: 2026-10-01T00:00:00Z"),
		"content/announcements/n.md":              update("title: N\ndate: 2026-10-01T00:00:00Z"),
	}
	result, _ := run(t, fs, instant(t, "2026-10-02T10:30:00Z"))
	var got []string
	for _, s := range result.Site.Public() {
		got = append(got, fmt.Sprintln(s.Kind, s.ID, s.Update, s.Path, s.Severity, s.Security, s.URL))
	}
	want := []string{
		"incident a 01-investigating content/incidents/a/01-investigating.md P2 false https://status.example.com/incidents/a/#01-investigating\n",
		"incident a 02-identified content/incidents/a/02-identified.md P2 false https://status.example.com/incidents/a/#02-identified\n",
		"incident b 01-investigating content/incidents/b/01-investigating.md P0 true https://status.example.com/incidents/b/#01-investigating\n",
		"maintenance m 01-scheduled content/maintenance/m/01-scheduled.md  false https://status.example.com/maintenance/m/#01-scheduled\n",
		"maintenance m started   false https://status.example.com/maintenance/m/#started\n",
		"announcement n  content/announcements/n.md  false https://status.example.com/#announcement-n\n",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// seeds returns the number of random sites for a property test: n, or a tenth of it without
// CRIER_LONG, because a few sites already reach every line.
func seeds(n uint64) uint64 {
	if !testenv.Long() {
		return max(n/10, 2)
	}
	return n
}
