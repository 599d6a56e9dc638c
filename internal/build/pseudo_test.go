package build_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/testsite"
)

// pseudo returns the catalogue of a made-up language: the English one in full-width letters, with
// the same placeholders and patterns.
func pseudo(t *testing.T) []byte {
	t.Helper()
	raw, err := os.ReadFile("../source/locale/catalogues/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	wide := func(text string) string {
		inside := false
		return strings.Map(func(r rune) rune {
			switch {
			case r == '{':
				inside = true
			case r == '}':
				inside = false
			case !inside && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'):
				return r - '!' + '！'
			}
			return r
		}, text)
	}
	quoted := regexp.MustCompile(`"[^"]*"`)
	pattern := regexp.MustCompile(`^(day|month|time) = "[^"]*[dMLyHm]{1,4}[^"]*"$`)
	dates := false
	var lines []string
	for line := range strings.SplitSeq(string(raw), "\n") {
		if strings.HasPrefix(line, "[") {
			dates = line == "[dates]"
		}
		if !(dates && pattern.MatchString(line)) && !strings.HasPrefix(line, "#") {
			line = quoted.ReplaceAllStringFunc(line, wide)
		}
		lines = append(lines, line)
	}
	return []byte(strings.Join(lines, "\n"))
}

// TestEveryWordComesFromACatalogue builds a site in a language without Latin letters, whose content
// has none either. Any Latin words left in a page, its attributes, feeds or Markdown forms don't
// come from a catalogue.
func TestEveryWordComesFromACatalogue(t *testing.T) {
	site := fstest.MapFS{}
	for name, text := range map[string]string{
		"config.toml": "title = \"Κατάσταση\"\ndescription = \"Δοκιμή\"\nbase_url = \"https://status.example.com\"\npromises = true\n[feeds]\nhub = \"https://hub.example.com/\"\n[subscribe]\naction = \"https://lists.example.com/\"\n[[groups]]\nid = \"g\"\nname = \"Ομάδα\"\n[[components]]\nid = \"a\"\nname = \"Άλφα\"\ngroup = \"g\"\n[[components]]\nid = \"b\"\nname = \"Βήτα\"\n[[components]]\nid = \"c\"\nname = \"Γάμμα\"\n",
		"content/incidents/open/01-investigating.md":  "---\ntitle: Ένα\nseverity: P1\nstatus: investigating\ndetected: 2026-10-02T09:58:00Z\ndate: 2026-10-02T10:00:00Z\ncomponents: {a: major_outage}\nimpact: Όλα\neta: 2026-10-02T12:00:00Z\n---\nΨάχνουμε\n",
		"content/incidents/open/02-identified.md":     "---\nseverity: P0\nstatus: identified\ndate: 2026-10-02T10:10:00Z\namended: 2026-10-02T10:12:00Z\neta: σύντομα\n---\nΒρέθηκε\n",
		"content/incidents/open/03-monitoring.md":     "---\nseverity: P2\nstatus: monitoring\ndate: 2026-10-02T10:15:00Z\n---\n",
		"content/incidents/old/01-investigating.md":   "---\ntitle: Παλιό\nseverity: P3\nstatus: investigating\ndate: 2026-09-20T10:00:00Z\ncomponents: [a, b]\n---\nΨάχνουμε\n",
		"content/incidents/old/02-resolved.md":        "---\nstatus: resolved\ndate: 2026-09-20T12:00:00Z\n---\nΤέλος\n",
		"content/incidents/old/postmortem.md":         "---\npublic: true\ndate: 2026-09-22T10:00:00Z\nusers_affected: πολλοί\ndata_loss: όχι\n---\n## Αιτία\n\n- [x] έγινε\n",
		"content/incidents/older/01-investigating.md": "---\ntitle: Πιο παλιό\nseverity: P0\nstatus: investigating\ndate: 2026-03-20T10:00:00Z\ncomponents: [b]\n---\nΨάχνουμε\n",
		"content/incidents/older/02-resolved.md":      "---\nstatus: resolved\ndate: 2026-03-21T12:00:00Z\n---\nΤέλος\n",
		"content/maintenance/now/01-scheduled.md":     "---\ntitle: Δίσκος\nstatus: scheduled\ndate: 2026-09-28T10:00:00Z\nstarts: 2026-10-02T10:00:00Z\nends: 2026-10-02T12:00:00Z\ncomponents: [b]\nimpact: Αργά\n---\nΔίσκος\n",
		"content/maintenance/later/01-scheduled.md":   "---\ntitle: Αργότερα\nstatus: scheduled\ndate: 2026-09-28T10:00:00Z\nstarts: 2026-11-02T10:00:00Z\nends: 2026-11-02T12:00:00Z\ncomponents: [b]\n---\n",
		"content/maintenance/done/01-scheduled.md":    "---\ntitle: Έγινε\nstatus: scheduled\ndate: 2026-09-18T10:00:00Z\nstarts: 2026-09-25T10:00:00Z\nends: 2026-09-25T12:00:00Z\ncomponents: [b]\n---\n",
		"content/announcements/new.md":                "---\ntitle: Νέο\ndate: 2026-10-01T10:00:00Z\nuntil: 2026-11-01T10:00:00Z\n---\nΝέο\n",
		"content/pages/about.md":                      "---\ntitle: Εμείς\n---\n## Εμείς\n",
	} {
		site[name] = &fstest.MapFile{Data: []byte(text)}
	}
	site["themes/default/languages/en.toml"] = &fstest.MapFile{Data: pseudo(t)}
	input, findings := load(t, site, instant(t, "2026-10-02T10:30:00Z"))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	result := build.Build(input)

	latin := regexp.MustCompile(`[A-Za-z]{2,}`)
	// Names and URLs are the same in all languages.
	fixed := regexp.MustCompile(`\b(UTC|RSS|Atom|JSON)\b|https?://\S+|\bP[0-3]\b`)
	looked := 0
	look := func(file, where, text string) {
		looked++
		if word := latin.FindString(fixed.ReplaceAllString(text, "")); word != "" {
			t.Errorf("%s, %s: %q in %q stands in no catalogue", file, where, word, text)
		}
	}
	inspect := func(file string, raw []byte) error {
		switch path.Ext(file) {
		case ".html":
			page, err := goquery.NewDocumentFromReader(strings.NewReader(string(raw)))
			if err != nil {
				return err
			}
			page.Find("script, style, code").Remove() // commands are the same in all languages
			for _, root := range page.Nodes {
				for n := range root.Descendants() {
					if n.Type == html.TextNode {
						look(file, "text", n.Data)
					}
					for _, a := range n.Attr {
						switch {
						case a.Key == "title" || a.Key == "alt" || a.Key == "aria-label" || a.Key == "placeholder" || a.Key == "label",
							a.Key == "data-none" || a.Key == "data-failed" || a.Key == "data-maintenance" || a.Key == "data-changed" || a.Key == "data-copied" || a.Key == "data-stale":
							look(file, a.Key, a.Val)
						case a.Key == "data-found":
							forms := map[string]string{}
							if err := json.Unmarshal([]byte(a.Val), &forms); err != nil {
								return err
							}
							for _, form := range forms {
								look(file, a.Key, strings.ReplaceAll(form, "{n}", ""))
							}
						}
					}
				}
			}
			page.Find(`meta[name=description], meta[property="og:title"], meta[property="og:description"], meta[property="og:site_name"]`).Each(func(_ int, s *goquery.Selection) {
				look(file, "meta", s.AttrOr("content", ""))
			})
		case ".md":
			for line := range strings.SplitSeq(string(raw), "\n") {
				line = regexp.MustCompile(`\]\([^)]*\)`).ReplaceAllString(line, "]")
				look(file, "Markdown", line)
			}
		}
		// /history.rss and .atom are in Statuspage's format, which is in English, like its API.
		if name := path.Base(file); strings.HasPrefix(name, "feed.") && path.Ext(name) != ".css" || strings.HasPrefix(file, "feed/") || path.Ext(name) == ".svg" && name != "icon.svg" {
			texts := told(t, name, raw)
			if len(texts) == 0 {
				t.Errorf("%s tells nothing", file)
			}
			for _, text := range texts {
				look(file, "told", text)
			}
		}
		if strings.HasPrefix(file, "search/") && path.Base(file) != "index.json" {
			var rows [][]string
			if err := json.Unmarshal(raw, &rows); err != nil {
				return err
			}
			for _, row := range rows {
				look(file, "index", strings.Join(append(row[1:3:3], row[4:]...), " "))
			}
		}
		return nil
	}
	for file, text := range testsite.Files(t, result.Files) {
		if err := inspect(file, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if looked < 1000 {
		t.Errorf("only %d texts were looked at", looked)
	}
}

// told returns the texts for people in a feed or a badge, without HTML tags.
func told(t *testing.T, name string, raw []byte) []string {
	t.Helper()
	var texts []string
	plain := func(text string) {
		part, err := goquery.NewDocumentFromReader(strings.NewReader(text))
		if err != nil {
			t.Fatal(name, err)
		}
		texts = append(texts, part.Text())
	}
	if path.Ext(name) == ".json" {
		var feed struct {
			Title, Description string
			Items              []struct {
				Title, Summary string
				ContentText    string `json:"content_text"`
				ContentHTML    string `json:"content_html"`
			}
		}
		if err := json.Unmarshal(raw, &feed); err != nil {
			t.Fatal(name, err)
		}
		plain(feed.Title + " " + feed.Description)
		for _, item := range feed.Items {
			plain(item.Title + " " + item.Summary + " " + item.ContentText + " " + item.ContentHTML)
		}
		return texts
	}
	speaks := map[string]bool{"title": true, "subtitle": true, "description": true, "summary": true, "content": true, "encoded": true, "p": true, "text": true}
	var inside []string
	for decoder := xml.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatal(name, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = append(inside, token.Name.Local)
			for _, a := range token.Attr {
				if a.Name.Local == "aria-label" {
					texts = append(texts, a.Value)
				}
			}
		case xml.EndElement:
			inside = inside[:len(inside)-1]
		case xml.CharData:
			if len(inside) > 0 && speaks[inside[len(inside)-1]] {
				plain(string(token))
			}
		}
	}
}
