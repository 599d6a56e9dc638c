package cstate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/importer/importertest"
)

// TestFaults imports sites with what real sites had and an earlier importer got wrong. Every result
// must load without mistakes.
func TestFaults(t *testing.T) {
	const open = "title: T\ndate: 2024-03-01 09:00:00\nresolved: false\nseverity: disrupted\n"
	const closed = "title: T\ndate: 2024-03-01 09:00:00\nresolved: true\nresolvedWhen: 2024-03-01 10:00:00\nseverity: disrupted\n"
	const first, folder = "content/incidents/2024/a/01-investigating.md", "content/incidents/2024/a/"
	tests := []struct {
		name  string
		files map[string]string
		want  map[string]string // a part of each file; "" for a file that must not exist
		notes []string          // "path:line:column: part of the message"
	}{
		{"a name in two categories", map[string]string{
			"config.yml":          "title: S\nbaseURL: https://status.example.com\nparams:\n  categories: [{name: EU}, {name: US}]\n  systems:\n    - {name: API, category: EU}\n    - {name: API, category: US}\n",
			"content/issues/a.md": issue(open+"affected: [API]\n", "x")},
			map[string]string{"config.toml": "id = \"api-2\"\nname = \"API\"\ngroup = \"us\"", first: "components: [api, api-2]"}, nil},
		{"a category Other beside an unlisted system", map[string]string{
			"config.yml":          "title: S\nbaseURL: https://status.example.com\nparams:\n  categories: [{name: Other, closed: true}]\n  systems: [{name: API, category: Other}]\n",
			"content/issues/a.md": issue(open+"affected: [Database]\n", "x")},
			map[string]string{"config.toml": "id = \"database\"\nname = \"Database\"\ngroup = \"other\"\naliases = [\"/affected/database/\"]"},
			[]string{`content/issues/a.md:6:1: the source does not list "Database"`}},
		{"tracked paragraphs without labels", map[string]string{"content/issues/a.md": issue(closed,
			"All is well. {{< track \"2024-03-01 10:00:00\" >}}\n\nA disk is full. {{< track \"2024-03-01 09:20:00\" >}}\nWe delete logs.\n\nRequests fail. {{< track \"2024-03-01 09:00:00\" >}}\n")},
			map[string]string{first: "date: 2024-03-01T09:00:00Z\ncomponents: []\naliases: [\"/issues/a/\"]\n---\nRequests fail.\n",
				folder + "02-investigating.md": "date: 2024-03-01T09:20:00Z\n---\nA disk is full.\nWe delete logs.\n", folder + "03-resolved.md": "date: 2024-03-01T10:00:00Z\n---\nAll is well.\n", folder + "04-resolved.md": ""}, nil},
		{"labels with a colon, and in other languages", map[string]string{"content/issues/a.md": issue(closed,
			"**Resolved:** Done.\n\n**Вирішено:** Готово.\n\n*Überwachung* – Besser.\n\n**Update** of the disk.\n\n*Untersuchung* - Kaputt.\n")},
			map[string]string{first: "Kaputt.", folder + "02-monitoring.md": "Besser.\n\n**Update** of the disk.", folder + "03-monitoring.md": "Готово.", folder + "04-resolved.md": "Done."}, nil},
		{"a post-mortem above labelled updates", map[string]string{"content/issues/a.md": issue(closed,
			"*Post-mortem*\n\nA disk was full.\n\n*Monitoring* - Better.\n\n*Update* - Found.\n\n*Investigating* - Bad.\n")},
			map[string]string{first: "Bad.", folder + "postmortem.md": "public: true\ndate: 2024-03-01T10:00:00Z\n---\nA disk was full.\n",
				folder + "02-investigating.md": "Found.", folder + "03-monitoring.md": "Better.", folder + "04-resolved.md": "date: 2024-03-01T10:00:00Z"}, nil},
		{"a summary above labelled updates", map[string]string{"content/issues/a.md": issue(closed, "A bad day.\n\n*Resolved* - Done.\n\n*Identified* - Found.\n\n*Investigating* - Bad.\n")},
			map[string]string{first: "A bad day.", folder + "02-investigating.md": "Bad.", folder + "03-identified.md": "Found.", folder + "04-resolved.md": "Done."}, nil},
		{"a time outside of the window", map[string]string{"content/issues/a.md": issue(closed,
			"*Update* - Still fine. {{< track \"2024-03-02 08:00:00\" >}}\n\n*Investigating* - Bad. {{< track \"2024-03-01 09:00:00\" >}}\n")},
			map[string]string{folder + "02-resolved.md": "date: 2024-03-01T10:00:00Z\n", folder + "03-resolved.md": "date: 2024-03-02T08:00:00Z\n---\nStill fine."},
			[]string{"content/issues/a.md:8:1: the time of this update, 2024-03-02T08:00:00Z, is before the start or after the end"}},
		{"times that are replaced, or not valid", map[string]string{"content/issues/a.md": issue(closed,
			"*Resolved* - Done. {{< track \"2024-03-01 09:58:00\" >}}\n\n*Investigating* - Bad. {{< track \"at nine\" >}}\n")},
			map[string]string{folder + "02-resolved.md": "date: 2024-03-01T10:00:00Z", first: "Bad. {{< track \"at nine\" >}}"},
			[]string{"content/issues/a.md:8:1: the time of this update, 2024-03-01T09:58:00Z, was replaced by the end, ", `content/issues/a.md:10:24: the time "at nine" is not valid`, `content/issues/a.md:10:24: the shortcode {{< track "at nine" >}} stays`}},
		{"not published", map[string]string{"content/issues/a.md": issue(open+"published: false\n", "x"), "content/issues/b.md": issue(open+"publishDate: 2027-01-01\n", "x"), "content/issues/c.md": issue(open+"publishDate: 2024-01-01\n", "x")},
			map[string]string{first: "draft: true", "content/incidents/2024/b/01-investigating.md": "draft: true", "content/incidents/2024/c/01-investigating.md": "status: investigating\ndate: 2024-03-01T09:00:00Z\ncomponents: []\naliases"}, nil},
		{"expired", map[string]string{"content/issues/a.md": issue(open+"expiryDate: 2024-03-05\n", "x"), "content/issues/b.md": issue("title: T\ndate: 2024-03-01\ninformational: true\nexpiryDate: 2024-03-05\n", "x")},
			map[string]string{folder + "02-resolved.md": "date: 2024-03-05T00:00:00Z", "content/announcements/b.md": "until: 2024-03-05T00:00:00Z"},
			[]string{"content/issues/a.md:6:1: expired"}},
		{"informational", map[string]string{"content/issues/a.md": issue("title: T\ndate: 2024-03-01\ninformational: true\nresolved: true\naffected: [API, Web Site]\n", "x")},
			map[string]string{"content/announcements/a.md": "until: 2024-03-01T00:00:00Z"},
			[]string{"content/issues/a.md:5:1: resolved without resolvedWhen", "content/issues/a.md:6:1: an announcement has no components: API, Web Site"}},
		{"other names of files", map[string]string{"content/issues/a.markdown": issue(open, "x"), "content/issues/2026/b.md": issue(open, "x"), "content/issues/c/index.md": issue(open, "x"), "content/issues/d.md": issue(open+"url: /down/\naliases: [/old/d/]\n", "x")},
			map[string]string{first: `aliases: ["/issues/a/"]`, "content/incidents/2024/b/01-investigating.md": `aliases: ["/issues/2026/b/"]`,
				"content/incidents/2024/c/01-investigating.md": `aliases: ["/issues/c/"]`, "content/incidents/2024/d/01-investigating.md": `aliases: ["/down/", "/old/d/"]`}, nil},
		{"two with one name", map[string]string{"content/issues/2025/a.md": issue(open, "x"), "content/issues/2026/a.md": issue(open+"aliases: [/issues/2025/a/]\n", "x")},
			map[string]string{"content/incidents/2024/a-2/01-investigating.md": `aliases: ["/issues/2026/a/"]`},
			[]string{`content/issues/2026/a.md:1:1: the former URL "/issues/2025/a/" already redirects`}},
		{"a folder of settings", map[string]string{"config.yml": "", "config/_default/hugo.toml": "title = \"From Hugo\"\nbaseURL = \"https://status.example.com\"\n", "config/_default/params.yml": "systems: [{name: Search, link: https://example.com}]\n",
			"content/issues/a.md": issue(open, "x")},
			map[string]string{"config.toml": "title = \"From Hugo\"\nbase_url = \"https://status.example.com\"\n\n[[components]]\nid = \"search\""},
			[]string{"config/_default/params.yml:1:26: the setting systems.link has no counterpart"}},
		{"notes at their lines", map[string]string{"content/issues/a.md": issue(open+"colour: red\n", "One.\n\nTwo {{< figure src=\"x.png\" >}}.\n"), "content/pages/api.md": issue("title: API\n", "x")},
			map[string]string{first: "Two {{< figure", "content/pages/api-2.md": "title: API"},
			[]string{`content/issues/a.md:6:1: the key "colour" has no counterpart: red`, "content/issues/a.md:10:5: the shortcode {{< figure"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files, notes := site(t, test.files)
			for name, part := range test.want {
				if text, ok := files[name]; part == "" && ok || part != "" && !strings.Contains(text, part) {
					t.Errorf("%s: %q, want %q", name, text, part)
				}
			}
			for _, want := range test.notes {
				if !slices.ContainsFunc(notes, func(f diag.Finding) bool { return strings.HasPrefix(f.String(), want) }) {
					t.Errorf("no note %q in %v", want, notes)
				}
			}
		})
	}
}

// TestNothingIsLost imports random issues. Every text, time, status and component of the source is
// in the content or in a note.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		pick := func(words ...string) string { return words[random.IntN(len(words))] }
		var body strings.Builder
		var must []string
		start := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
		end := start.Add(time.Duration(random.IntN(300)) * time.Minute)
		front := fmt.Sprintf("title: Title%d\ndate: %s\n", seed, start.Format(time.DateTime))
		front += fmt.Sprintf("resolved: %t\nresolvedWhen: %s\nseverity: %s\n", random.IntN(3) > 0, end.Format(time.DateTime), pick("down", "disrupted", "notice", "odd"))
		must = append(must, fmt.Sprintf("Title%d", seed), start.Format(time.RFC3339))
		if random.IntN(3) > 0 {
			front += "affected: [API, Unlisted, \"Web Site\"]\n"
			must = append(must, "api", "unlisted", "web-site")
		}
		if random.IntN(8) == 0 {
			front += "informational: true\n"
			must = slices.DeleteFunc(must, func(text string) bool { return text == "api" || text == "unlisted" || text == "web-site" })
		}
		for n := range random.IntN(6) {
			word := fmt.Sprintf("Text%dx", n)
			body.WriteString(pick("*Investigating* - ", "*Identified* - ", "*Monitoring* - ", "**Resolved:** ", "*Update* - ", "[Final Message]\n", "*Post-mortem*\n\n", "", "", "") + word)
			must = append(must, word)
			if random.IntN(2) == 0 {
				at := start.Add(time.Duration(random.IntN(500)-100) * time.Minute)
				fmt.Fprintf(&body, " {{< track %q >}}", at.Format(time.DateTime))
				must = append(must, at.Format(time.RFC3339))
			}
			body.WriteString(pick("\n\n", "\n\n", "\n"))
		}
		files, notes := site(t, map[string]string{"content/issues/a.md": issue(front, body.String())})
		var all strings.Builder
		for _, name := range slices.Sorted(maps.Keys(files)) {
			all.WriteString(files[name])
		}
		fmt.Fprintln(&all, notes)
		for _, text := range must {
			// Announcements keep their text, and so its times, as it was.
			if was := strings.TrimSuffix(strings.Replace(text, "T", " ", 1), "Z"); !strings.Contains(all.String(), text) && !strings.Contains(all.String(), was) {
				t.Errorf("seed %d: %q is lost:\n%s%s\n%s", seed, text, front, body.String(), all.String())
			}
		}
	}
}

// FuzzRead imports any texts. The result never has mistakes.
func FuzzRead(f *testing.F) {
	f.Add("title: S\nbaseURL: https://status.example.com\nlanguageCode: en\nparams:\n  categories: [{name: A}]\n  systems: [{name: API, category: A}]\n", resolvedFront, "*Resolved* - Done {{< track \"2024-01-01 10:00:00\" >}}\n\nDown.")
	f.Add("title: ''\nlanguageCode: not one\nbaseURL: /x?y\nparams:\n  customTabs: [{name: '', link: 'https://u:p@example.com/?x'}]\n", "title: ''\ndate: 0001-01-01\nslug: ../..\naliases: [x?y, //z]\ninformational: true\nexpiryDate: 2020-01-01\n", "[Final]\n")
	f.Fuzz(func(t *testing.T, settings, front, body string) {
		fsys := fstest.MapFS{"config.yml": {Data: []byte(settings)}, "content/issues/a.md": {Data: []byte(issue(front, body))}, "content/b.md": {Data: []byte(issue(front, body))}}
		if read, err := Read(fsys, now); err == nil {
			importertest.Convert(t, read)
		}
	})
}
