package cstate

import (
	"bufio"
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/importer/importertest"
	"settler.io/crier/internal/source/importer/prose"
)

// site imports a small repository.
func site(t *testing.T, files map[string]string) (map[string]string, []diag.Finding) {
	t.Helper()
	fsys := fstest.MapFS{}
	if _, ok := files["config.yml"]; !ok {
		fsys["config.yml"] = &fstest.MapFile{Data: []byte("title: Status\nbaseURL: https://status.example.com\nparams:\n  systems:\n    - name: API\n    - name: Web Site\n")}
	}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return convert(t, fsys)
}

var now = time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)

func convert(t *testing.T, fsys fs.FS) (map[string]string, []diag.Finding) {
	t.Helper()
	read, err := Read(fsys, now)
	if err != nil {
		t.Fatal(err)
	}
	files, _ := importertest.Convert(t, read)
	return files, diag.Sort(read.Notes)
}

func issue(front, body string) string { return "---\n" + front + "---\n" + body }

const resolvedFront = "title: Trouble\ndate: 2024-03-01 9:05:00\nresolved: true\nresolvedWhen: 2024-03-01T11:05:00+01:00\nseverity: down\naffected: [API]\nsection: issue\n"

func TestBlocksBecomeUpdates(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string // "status date first-line" of each update
	}{
		{"no block", "It is down.\n", []string{"investigating 2024-03-01T09:05:00Z It is down.", "resolved 2024-03-01T10:05:00Z "}},
		{"newest first", "[Final Message]\nDone.\n\n[Initial message]\nDown.\n", []string{"investigating 2024-03-01T09:05:00Z Down.", "resolved 2024-03-01T10:05:00Z Done."}},
		{"oldest first", "[Initial message]\nDown.\n\n[Final Message] Done.\n", []string{"investigating 2024-03-01T09:05:00Z Down.", "resolved 2024-03-01T10:05:00Z Done."}},
		{"dated", "[Final]\nDone.\n[Update - 2024-03-01 9h30 UTC]\nBetter.\n[Initial]\nDown.\n",
			[]string{"investigating 2024-03-01T09:05:00Z Down.", "investigating 2024-03-01T09:30:00Z Better.", "resolved 2024-03-01T10:05:00Z Done."}},
		{"dated in words", "[Final]\nDone.\n[Update 1st of March 2024 - 09:40 UTC]\nBetter.\n[Initial]\nDown.\n",
			[]string{"investigating 2024-03-01T09:05:00Z Down.", "investigating 2024-03-01T09:40:00Z Better.", "resolved 2024-03-01T10:05:00Z Done."}},
		{"undated between", "[Final]\nDone.\n[Update]\nBetter.\n[Initial]\nDown.\n",
			[]string{"investigating 2024-03-01T09:05:00Z Down.", "investigating 2024-03-01T09:35:00Z Better.", "resolved 2024-03-01T10:05:00Z Done."}},
		{"cState's labels", "*Resolved* - Done. {{< track \"2024-03-01 10:00:00\" >}}\n\n*Identified* - A bug. {{< track \"2024-03-01 09:20:00\" >}}\n\n*Investigating* - Down. {{< track \"2024-03-01 09:05:00\" >}}\n",
			[]string{"investigating 2024-03-01T09:05:00Z Down.", "identified 2024-03-01T09:20:00Z A bug.", "resolved 2024-03-01T10:05:00Z Done."}},
		{"in a comment", "<!--\n[Final Message]\nDone.\n-->\nDown.\n", []string{"investigating 2024-03-01T09:05:00Z <!--", "resolved 2024-03-01T10:05:00Z "}},
		{"a label that says more", "[Final]\nDone.\n[Initial Message - Friday 1st]\nDown.\n", []string{"investigating 2024-03-01T09:05:00Z **Initial Message - Friday 1st**", "resolved 2024-03-01T10:05:00Z Done."}},
		{"a link is no label", "[Update](https://example.com)\n", []string{"investigating 2024-03-01T09:05:00Z [Update](https://example.com)", "resolved 2024-03-01T10:05:00Z "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files, _ := site(t, map[string]string{"content/issues/2024-03-01-trouble.md": issue(resolvedFront, test.body)})
			var got []string
			var names []string
			for name := range files {
				if strings.HasPrefix(name, "content/") {
					names = append(names, name)
				}
			}
			slices.Sort(names)
			for _, name := range names {
				_, front, _ := strings.Cut(files[name], "---\n")
				front, body, _ := strings.Cut(front, "---\n")
				first, _, _ := strings.Cut(body, "\n")
				got = append(got, field(front, "status")+" "+field(front, "date")+" "+first)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func field(front, key string) string {
	for line := range strings.SplitSeq(front, "\n") {
		if value, ok := strings.CutPrefix(line, key+": "); ok {
			return value
		}
	}
	return ""
}

func TestSeveritiesKindsAndAddresses(t *testing.T) {
	files, findings := site(t, map[string]string{
		"content/issues/Down.md":              issue(resolvedFront, "x"),
		"content/issues/open.md":              issue("title: \"Say \\\"hi\\\"\"\ndate: 2024-03-01\nresolved: false\nseverity: disrupted\naffected:\n  - api\n  - Database\n", "x"),
		"content/issues/work.md":              issue("title: Maintenance of the site\ndate: 2024-05-01T10:00:00.000Z\nresolved: true\nresolvedWhen: 2024-05-01T12:00:00Z\nseverity: notice\naffected:\n  - Web Site\n", "We upgrade."),
		"content/issues/future.md":            issue("title: Planned upgrade\ndate: 2030-05-01T10:00:00Z\nresolvedWhen: 2030-05-01T12:00:00Z\nseverity: notice\naffected:\n", "We will be upgrading."),
		"content/issues/info.md":              issue("title: Hello\ndate: 2024-01-01\ninformational: true\nresolvedWhen: 2024-02-01\n", "Welcome."),
		"content/issues/backwards.md":         issue("title: B\ndate: 2024-03-02T10:00:00Z\nresolved: true\nresolvedWhen: 2024-03-01T10:00:00Z\nseverity: down\n", "{{< rawhtml >}}"),
		"content/issues/undated.md":           issue("title: U\ndate: soon\n", "x"),
		"content/issues/when.md":              issue("title: W\ndate: 2024-03-02T10:00:00Z\nresolved: true\nseverity: odd\ncolour: red\n", "x"),
		"content/issues/broken.md":            issue("title: [\n", "x"),
		"content/issues/bare.md":              "no front matter",
		"content/affected/web-site/_index.md": issue("title: Web Site\n", "Where people\nread."),
		"content/pages/About Us.md":           issue("title: About\n", "We."),
		"content/_index.md":                   issue("title: Home\n", ""),
	})
	wants := map[string][]string{
		"content/incidents/2024/down/01-investigating.md":      {"severity: P1", "components: {api: major_outage}", `aliases: ["/issues/down/"]`},
		"content/incidents/2024/open/01-investigating.md":      {`title: "Say \"hi\""`, "severity: P2", "components: [api, database]"},
		"content/maintenance/2024/work/01-scheduled.md":        {"starts: 2024-05-01T10:00:00Z", "ends: 2024-05-01T12:00:00Z", "components: [web-site]"},
		"content/maintenance/2030/future/01-scheduled.md":      {"date: 2030-04-24T10:00:00Z", "components: []"},
		"content/announcements/info.md":                        {"until: 2024-02-01T00:00:00Z"},
		"content/incidents/2024/backwards/02-resolved.md":      {"date: 2024-03-02T10:00:00Z"},
		"content/incidents/2024/backwards/01-investigating.md": {"{{< rawhtml >}}"},
		"content/pages/about-us.md":                            {"title: About", `aliases: ["/pages/about-us/"]`},
		"config.toml":                                          {`description = "Where people read."`, `aliases = ["/affected/web-site/"]`, `id = "other"`, "cstate = true", `id = "database"`},
	}
	for name, parts := range wants {
		for _, part := range parts {
			if !strings.Contains(files[name], part) {
				t.Errorf("%s lacks %q:\n%s", name, part, files[name])
			}
		}
	}
	codes := map[string]string{}
	for _, f := range findings {
		codes[f.Position.Path] += f.Kind.Code + " "
	}
	for name, code := range map[string]string{
		"content/issues/open.md": "import-guess", "content/issues/backwards.md": "end-before-start", "content/issues/undated.md": "bad-date",
		"content/issues/when.md": "import-guess", "content/issues/broken.md": "bad-syntax", "content/issues/bare.md": "no-front-matter",
		"content/_index.md": "import-lost", "content/issues/future.md": "import-guess",
	} {
		if !strings.Contains(codes[name], code) {
			t.Errorf("%s: findings %q, want %s", name, codes[name], code)
		}
	}
}

func TestOtherFoldersAreRefused(t *testing.T) {
	for _, fsys := range []fstest.MapFS{
		{},
		{"config.yml": {Data: []byte("title: x\n")}},
		{"config.yml": {Data: []byte("title: [\n")}},
	} {
		if _, err := Read(fsys, now); err == nil {
			t.Errorf("imported %v", fsys)
		}
	}
}

// scanned holds what the test reads from an issue with a simple line scanner, independently of the
// importer.
type scanned struct {
	start, end time.Time
	components []string
}

var scanDate = regexp.MustCompile(`(\d{4}-\d\d-\d\d)[T ](\d{1,2}):(\d\d):(\d\d)([-+]\d\d:\d\d)?`)

func scan(t *testing.T, text []byte) scanned {
	var s scanned
	list := false
	lines := bufio.NewScanner(bytes.NewReader(text))
	for fences := 0; lines.Scan() && fences < 2; {
		line := lines.Text()
		if strings.HasPrefix(line, "---") {
			fences++
			continue
		}
		if item, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok && list {
			s.components = append(s.components, strings.Trim(item, `"' `))
			continue
		}
		list = strings.HasPrefix(line, "affected:")
		if m := scanDate.FindStringSubmatch(line); m != nil {
			hour := m[2]
			if len(hour) == 1 {
				hour = "0" + hour
			}
			zone := m[5]
			if zone == "" {
				zone = "+00:00"
			}
			at, err := time.Parse(time.RFC3339, m[1]+"T"+hour+":"+m[3]+":"+m[4]+zone)
			if err != nil {
				t.Fatal(err)
			}
			at = at.UTC()
			switch {
			case strings.HasPrefix(line, "date:"):
				s.start = at
			case strings.HasPrefix(line, "resolvedWhen:"):
				s.end = at
			}
		}
	}
	return s
}

func componentID(name string) string {
	return strings.Trim(regexp.MustCompile(`[^a-z0-9._-]+`).ReplaceAllString(strings.ToLower(name), "-"), "-._")
}

// TestTheJenkinsSiteIsImportedWhole reads every source file again with its own scanner and
// compares.
func TestTheJenkinsSiteIsImportedWhole(t *testing.T) {
	source := os.DirFS("testdata/jenkins")
	result, findings := convert(t, source)
	backwards := 0
	for _, f := range findings {
		if f.Kind == diag.EndBeforeStart {
			backwards++
		} else if f.Kind.Class == diag.Mistake {
			t.Errorf("%s", f)
		}
	}
	if backwards != 8 {
		t.Errorf("%d ends before their starts were reported, want 8", backwards)
	}
	folders := map[string][]string{} // files of each id, in order
	for name := range result {
		if strings.HasPrefix(name, "content/incidents/") || strings.HasPrefix(name, "content/maintenance/") {
			folders[path.Base(path.Dir(name))] = append(folders[path.Base(path.Dir(name))], name)
		}
	}
	names, _ := fs.Glob(source, "content/issues/*.md")
	if len(names) != 297 {
		t.Fatalf("%d sources", len(names))
	}
	for _, name := range names {
		raw, err := fs.ReadFile(source, name)
		if err != nil {
			t.Fatal(err)
		}
		want := scan(t, raw)
		if want.end.Before(want.start) {
			want.end = want.start
		}
		id := strings.ToLower(strings.TrimSuffix(path.Base(name), ".md"))
		files := folders[id]
		slices.Sort(files)
		if len(files) == 0 {
			t.Errorf("%s was dropped", name)
			continue
		}
		first, last := result[files[0]], result[files[len(files)-1]]
		start, end := field(first, "date"), field(last, "date")
		if strings.Contains(files[0], "/maintenance/") {
			start, end = field(first, "starts"), field(first, "ends")
		}
		if start != want.start.Format(time.RFC3339) || end != want.end.Format(time.RFC3339) {
			t.Errorf("%s: from %s to %s, want %s to %s", name, start, end, want.start, want.end)
		}
		for _, component := range want.components {
			if !strings.Contains(field(first, "components"), componentID(component)) {
				t.Errorf("%s: component %q is missing in %s", name, component, field(first, "components"))
			}
		}
		// Nothing is lost: every line of the text, except labels, is in some update.
		var all strings.Builder
		for _, file := range files {
			all.WriteString(result[file])
		}
		_, body, _ := strings.Cut(strings.SplitN(string(raw), "---", 2)[1], "---")
		for line := range strings.SplitSeq(body, "\n") {
			if line = strings.TrimSpace(line); line != "" && !isLabel(line) && !strings.Contains(all.String(), line) {
				t.Errorf("%s: the line %q is lost", name, line)
			}
		}
	}
}

func TestImportingAgainChangesNothing(t *testing.T) {
	one, _ := convert(t, os.DirFS("testdata/jenkins"))
	two, _ := convert(t, os.DirFS("testdata/jenkins"))
	if !maps.Equal(one, two) {
		t.Error("another import differs")
	}
}

func isLabel(line string) bool {
	_, _, ok := prose.Begins(line)
	return ok
}
