package upptime

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/importer/importertest"
)

// repository returns the files of the repository in testdata.
func repository(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS("testdata/site"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile("testdata/site/" + name)
		fsys[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

// convert returns the files of the site, which has no mistakes, and everything the notes say.
func convert(t *testing.T, source fstest.MapFS) (files map[string]string, notes string) {
	t.Helper()
	site, err := Read(source)
	if err != nil {
		t.Fatal(err)
	}
	return importertest.Convert(t, site)
}

func TestRead(t *testing.T) {
	files, notes := convert(t, repository(t))
	for name, want := range map[string]string{
		"content/incidents/2026/2026-03-01-google-is-down/01-investigating.md":          "---\ntitle: Google is down\nseverity: P1\nstatus: investigating\ndate: 2026-03-01T10:00:00Z\ncomponents: {google: major_outage}\nticket: https://github.com/example/upptime/issues/12\naliases: [\"/incident/12/\"]\n---\nIn [`def5678`](https://github.com/example/upptime/commit/def5678), Google (https://www.google.com) was **down**:\n- HTTP code: 0\n- Response time: 0 ms\n",
		"content/incidents/2026/2026-03-01-google-is-down/02-identified.md":             "---\nstatus: identified\ndate: 2026-03-01T10:05:00Z\namended: 2026-03-01T10:09:00Z\n---\nA cable.\n\nWe replace it.\n",
		"content/incidents/2026/2026-03-01-google-is-down/03-resolved.md":               "---\nstatus: resolved\ndate: 2026-03-01T10:12:03Z\n---\nGoogle is back up in [`0a1b2c3`](https://github.com/example/upptime/commit/0a1b2c3).\n",
		"content/incidents/2025/2025-03-01-old-shop-is-down/02-resolved.md":             "---\nstatus: resolved\ndate: 2025-03-01T11:00:00Z\n---\n",
		"content/maintenance/2026/2026-05-01-upgrade-of-the-database/01-scheduled.md":   "---\ntitle: Upgrade of the database\nstatus: scheduled\ndate: 2026-05-01T08:00:00Z\nstarts: 2026-05-03T13:00:00Z\nends: 2026-05-03T14:00:00Z\ncomponents: [google, hacker-news]\nticket: https://github.com/example/upptime/issues/13\naliases: [\"/incident/13/\"]\n---\nWe upgrade the database.\n",
		"content/maintenance/2026/2026-05-01-upgrade-of-the-database/02-in-progress.md": "---\nstatus: in_progress\ndate: 2026-05-03T13:30:00Z\n---\nHalf of it is done.\n",
	} {
		if got := files[name]; got != want {
			t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
		}
	}
	for _, want := range []string{
		"comments.json, issue 12: mallory wrote this at 2026-03-01T10:06:00Z, but does not work on the repository, so it was not imported: Buy my **stuff**.",
		"issues.json, issue 11: it has neither the label status nor maintenance, so it was not imported: Please add a dark mode",
		"issues.json, issue 13: it was closed at 2026-05-03T14:05:00Z", "does not list \"old-shop\"", "Secret Site is major_outage in the source, but operational according to its incidents",
		"Google was down on days of which no issue says when: 2025-12-24 (3 minutes)\n", "the introduction was not imported: This is **real-time** data.",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note says %q:\n%s", want, notes)
		}
	}
	if all := strings.Join(slices.Collect(maps.Values(files)), ""); strings.Contains(all, "stuff") || strings.Contains(all, "Bump") || strings.Contains(all, "SECRET") {
		t.Error(all)
	}
}

var (
	aText = regexp.MustCompile(`"(?:title|body)": "((?:[^"\\]|\\.)*)"`)
	aTime = regexp.MustCompile(`"(?:created_at|closed_at)": "([^"]*)"`)
)

// TestNothingIsLost checks that each line and time of the issues, and each site, is in the content
// or in a note.
func TestNothingIsLost(t *testing.T) {
	fsys := repository(t)
	files, notes := convert(t, fsys)
	all := notes + strings.Join(slices.Collect(maps.Values(files)), "\n")
	for _, name := range []string{"issues.json", "comments.json"} {
		for entry := range strings.SplitSeq(string(fsys[name].Data), "\n") {
			if strings.Contains(entry, "pull_request") || strings.Contains(notes, "dark mode") && strings.Contains(entry, "dark mode") || strings.Contains(entry, "mallory") {
				continue
			}
			for _, m := range aText.FindAllStringSubmatch(entry, -1) {
				for line := range strings.SplitSeq(m[1], `\n`) {
					line = strings.TrimLeft(line, "🛑⚠\ufe0f ")
					for _, label := range []string{"**Resolved:** ", "*Identified* - ", "<!--", "-->", "start: 2026-05-03T13:00:00+00:00", "end: 2026-05-03T14:00:00+00:00", "expectedDown: google, hacker-news"} {
						line = strings.TrimPrefix(line, label)
					}
					if !strings.Contains(all, line) {
						t.Errorf("%s: %q is nowhere", name, line)
					}
				}
			}
			for _, m := range aTime.FindAllStringSubmatch(entry, -1) {
				at, err := time.Parse(time.RFC3339, m[1])
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(all, compose.Instant(at)) && !strings.Contains(all, compose.Instant(at.Add(-2*time.Second))) {
					t.Errorf("%s: %s is nowhere", name, m[1])
				}
			}
		}
	}
	for _, name := range []string{"Google", "Hacker News", "Secret Site", "old-shop"} {
		if !strings.Contains(files["config.toml"], "name = \""+name+"\"") {
			t.Errorf("%s is not a component", name)
		}
	}
}

// TestNothingOfAnyIssueIsLost imports random issues. Each text, time, status and component is in
// the site or in a note.
func TestNothingOfAnyIssueIsLost(t *testing.T) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 1))
		pick := func(words ...string) string { return words[random.IntN(len(words))] }
		var must []string
		text := func(kind string) string {
			must = append(must, fmt.Sprintf("%s%dx", kind, len(must)))
			return must[len(must)-1]
		}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		at := func() string { // at least two minutes apart, so that none is near another
			now = now.Add(time.Duration(2+random.IntN(1000)) * time.Minute)
			must = append(must, now.Format(time.RFC3339))
			return now.Format(time.RFC3339)
		}
		author := func() map[string]any {
			return map[string]any{"user": map[string]string{"login": "ann", "type": pick("Bot", "User")}, "author_association": pick("OWNER", "MEMBER", "NONE")}
		}
		label := pick("status", "status", "maintenance")
		i := author()
		i["number"], i["created_at"], i["labels"] = 1, at(), []map[string]string{{"name": label}, {"name": pick("google", "gone")}}
		i["title"] = text("Title") + pick(" is down", " has degraded performance", "")
		imported := i["author_association"] != "NONE" || i["user"].(map[string]string)["type"] == "Bot"
		if imported && random.IntN(2) == 0 {
			i["closed_at"] = at()
		}
		if i["body"] = text("Body"); label == "maintenance" {
			i["body"] = "<!--\nstart: " + at() + "\nend: " + at() + "\nexpectedDown: google, " + text("part") + "\n-->" + i["body"].(string)
		}
		var comments []map[string]any
		for range random.IntN(5) {
			c := author()
			c["issue_url"], c["created_at"], c["body"] = "https://api.github.com/repos/example/upptime/issues/1", at(), pick("**Resolved:** ", "*Identified* - ", "")+text("Comment")
			comments = append(comments, c)
		}
		fsys := repository(t)
		for name, value := range map[string]any{"issues.json": []any{i}, "comments.json": comments} {
			raw, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			fsys[name] = &fstest.MapFile{Data: raw}
		}
		files, notes := convert(t, fsys)
		all := notes + strings.Join(slices.Collect(maps.Values(files)), "\n")
		for _, want := range must {
			if !strings.Contains(all, want) {
				t.Errorf("seed %d: %s is nowhere:\n%v %v\n%s", seed, want, i, comments, all)
			}
		}
	}
}

func TestOddIssues(t *testing.T) {
	const author = `"user":{"login":"ann"},"author_association":"OWNER",`
	for _, test := range []struct{ name, issue, comments, want, note string }{
		{"no window", author + `"title":"Work","labels":[{"name":"maintenance"}],"created_at":"2026-01-01T00:00:00Z","body":"x"`, `[]`, "starts: 2026-01-01T00:00:00Z\nends: 2026-01-01T01:00:00Z", "issue 1: it has no start"},
		{"a window without times", author + `"title":"Work","labels":[{"name":"maintenance"}],"created_at":"2026-01-01T00:00:00Z","body":"<!--\nstart: soon\nend: later\nexpectedDegraded: gone\n-->x"`, `[]`, "components: [gone]\n", `start is not a time: "soon"`},
		{"cancelled", author + `"title":"Work","labels":[{"name":"maintenance"}],"created_at":"2026-01-01T00:00:00Z","closed_at":"2026-01-02T00:00:00Z","body":"<!--\nstart: 2026-01-03T00:00:00Z\nend: 2026-01-04T00:00:00Z\n-->x"`, `[]`, "status: cancelled\n", ""},
		{"untrusted", `"user":{"login":"eve"},"title":"Down","labels":[{"name":"status"}],"created_at":"2026-01-01T00:00:00Z","body":"x"`, `[]`, "", "issue 1: eve wrote this at 2026-01-01T00:00:00Z, but does not work on the repository, so it was not imported: Down x"},
		{"a comment after the end", author + `"title":"Google is down","labels":[{"name":"status"}],"created_at":"2026-01-01T00:00:00Z","closed_at":"2026-01-01T01:00:00Z","body":"x"`,
			`[{"issue_url":"x/1",` + author + `"created_at":"2026-01-01T02:00:00Z","body":"It was a cable."}]`, "03-resolved.md\n---\nstatus: resolved\ndate: 2026-01-01T02:00:00Z\n---\nIt was a cable.\n", ""},
		{"hostile", author + `"title":"---\n🛑","labels":[{"name":"status"},{"name":"../x"}],"created_at":"2026-01-01T00:00:00Z","html_url":"javascript:x","body":"---\nx: [\n"`, `[]`, "---\nx: [\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			fsys := repository(t)
			fsys["issues.json"] = &fstest.MapFile{Data: []byte(`[{"number":1,` + test.issue + `}]`)}
			fsys["comments.json"] = &fstest.MapFile{Data: []byte(test.comments)}
			files, notes := convert(t, fsys)
			all := ""
			for _, name := range slices.Sorted(maps.Keys(files)) {
				all += name + "\n" + files[name]
			}
			if !strings.Contains(all, test.want) || !strings.Contains(notes, test.note) || strings.Contains(all, "..") || strings.Contains(all, "javascript") {
				t.Errorf("%s\n%s", all, notes)
			}
		})
	}
}

// TestStatesOfSites checks what real repositories have: startTime as JavaScript writes it,
// variables in links, and names instead of slugs in maintenance.
func TestStatesOfSites(t *testing.T) {
	fsys := repository(t)
	fsys["history/google.yml"].Data = []byte("url: https://www.google.com\nstatus: down\nstartTime: Sun Jan 09 2022 22:29:05 GMT+0000 (Coordinated Universal Time)\n")
	fsys["history/hacker-news.yml"].Data = []byte("url: https://news.ycombinator.com\nstatus: degraded\nstartTime: soon\n")
	rc := fsys[".upptimerc.yml"]
	rc.Data = []byte(strings.Replace(string(rc.Data), "https://github.com/example/upptime", "https://github.com/$OWNER/$REPO", 1))
	issues := fsys["issues.json"]
	issues.Data = []byte(strings.Replace(string(issues.Data), "expectedDown: google, hacker-news", "expectedDown: google, Hacker News", 1))
	files, notes := convert(t, fsys)
	for _, want := range []string{"start_date = 2022-01-09\n", `url = "https://github.com/example/upptime"`} {
		if !strings.Contains(files["config.toml"], want) {
			t.Errorf("config.toml lacks %s:\n%s", want, files["config.toml"])
		}
	}
	if text := files["content/maintenance/2026/2026-05-01-upgrade-of-the-database/01-scheduled.md"]; !strings.Contains(text, "components: [google, hacker-news]\n") {
		t.Error(text)
	}
	for _, want := range []string{`history/hacker-news.yml:3:1: "soon" is not a time`, "Google is major_outage in the source, but operational according to its incidents"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note says %q:\n%s", want, notes)
		}
	}
}

// TestBrokenExports checks that lists that are cut off anywhere, or have another shape, are errors
// with the name of the file.
func TestBrokenExports(t *testing.T) {
	for _, file := range []string{"issues.json", "comments.json", "history/summary.json"} {
		text := strings.TrimSpace(string(repository(t)[file].Data))
		for n := 0; n < len(text); n += 61 {
			fsys := repository(t)
			fsys[file] = &fstest.MapFile{Data: []byte(text[:n])}
			if _, err := Read(fsys); err == nil || !strings.HasPrefix(err.Error(), file) {
				t.Errorf("%s, cut off after %d bytes: %v", file, n, err)
			}
		}
	}
	for _, test := range []struct{ file, text, want string }{
		{"issues.json", `{"message": "Not Found", "status": "404"}`, "issues.json has another shape than an export: json: cannot unmarshal object"},
		{"issues.json", `[{"number": 1, "labels": [{"name": "status"}], "user": {"type": "Bot"}}]`, "issues.json, issue 1: an update without a time"},
		{"comments.json", `[{"issue_url": "x/12", "user": {"type": "Bot"}, "created_at": "9999-12-31T23:59:59-01:00"}]`, "issues.json, issue 12: a time in the year 9999"},
		{"comments.json", `[{"issue_url": "x/12", "user": {"type": "Bot"}, "created_at": "2020-01-01T00:00:00Z"}]`, "issues.json, issue 12: an update or an end before the first update"},
		{".upptimerc.yml", "sites: []\n", ".upptimerc.yml lists no sites"},
		{".upptimerc.yml", "sites:\n  - url: https://example.com\n", ".upptimerc.yml:2: a site without a name"},
		{".upptimerc.yml", "sites: [\n", ".upptimerc.yml:"},
	} {
		fsys := repository(t)
		fsys[test.file] = &fstest.MapFile{Data: []byte(test.text)}
		site, err := Read(fsys)
		if err == nil {
			_, err = site.Convert()
		}
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.text, err, test.want)
		}
	}
	fsys := repository(t)
	delete(fsys, "issues.json")
	if _, err := Read(fsys); err == nil || !strings.HasPrefix(err.Error(), "this is not an export of Upptime") {
		t.Error(err)
	}
	fsys["issues.json"] = &fstest.MapFile{Data: []byte("[]")}
	if files, _ := convert(t, fsys); len(files) != 1 {
		t.Errorf("without an issue: %q", files)
	}
	if _, err := Read(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "not an Upptime repository") {
		t.Error(err)
	}
}

// FuzzRead reads any lists of issues. The result never has mistakes.
func FuzzRead(f *testing.F) {
	const author = `"user":{"type":"Bot"},"created_at":"2026-01-01T00:00:00Z"`
	f.Add(`{"number":1,"title":"x is down","labels":[{"name":"status"},{"name":"y"}],"body":"x","closed_at":"2026-01-01T01:00:00Z",`+author+`}`, `{"issue_url":"/1","body":"*Resolved* - x",`+author+`}`)
	f.Add(`{"number":1,"title":"","labels":[{"name":"maintenance"}],"body":"<!--\nstart: 2026-01-01T01:00:00Z\nend: 9998-12-31T23:59:59Z\nexpectedDown: a, ,b\n-->",`+author+`}`, `{}`)
	f.Fuzz(func(t *testing.T, issue, comment string) {
		source := fstest.MapFS{".upptimerc.yml": {Data: []byte("owner: example\nsites:\n  - name: x\n    url: https://example.com\n")},
			"issues.json": {Data: []byte("[" + issue + "]")}, "comments.json": {Data: []byte("[" + comment + "]")}}
		if site, err := Read(source); err == nil {
			if _, err := site.Convert(); err == nil {
				importertest.Convert(t, site)
			}
		}
	})
}
