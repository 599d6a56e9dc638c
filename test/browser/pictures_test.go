package browser

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

var (
	pictures = flag.Bool("pictures", false, "make the pictures of docs/images anew")
	gallery  = flag.String("gallery", "", "take screenshots of all cases into this folder")
)

// situation is a variation of Settler's site at an instant, and the pages of it to look at.
type situation struct {
	name, at  string
	head, end string            // of config.toml
	files     map[string]string // added to the site
	bare      bool              // without Settler's components and content
	pages     []string
}

const (
	morning = "2026-10-02T10:30:00Z" // three updates of a P0, and maintenance
	calm    = "2026-10-01T12:00:00Z"
)

// update is the front matter of an open incident.
func update(title, severity, components string) string {
	return fmt.Sprintf("---\ntitle: %s\nseverity: %s\nstatus: investigating\ndate: 2026-10-02T10:20:00Z\ncomponents: [%s]\nimpact: Some requests fail.\neta: 2026-10-02T12:00:00Z\n---\nWe're investigating the failing requests.\n", title, severity, components)
}

// listed writes components for config.toml, in groups if there are any.
func listed(components, groups int) string {
	var config strings.Builder
	for g := range groups {
		fmt.Fprintf(&config, "[[groups]]\nid = \"g%d\"\nname = \"Group %d\"\n", g, g+1)
	}
	for c := range components {
		fmt.Fprintf(&config, "[[components]]\nid = \"c%d\"\nname = \"Component %d\"\n", c, c+1)
		if groups > 0 {
			fmt.Fprintf(&config, "group = \"g%d\"\n", c%groups)
		}
	}
	return config.String()
}

// situations are what the page is judged by; see the issue of its redesign.
func situations() []situation {
	return []situation{
		{name: "well", at: calm, pages: []string{""}},
		{name: "p0", at: morning, pages: []string{"", "incidents/2026-10-02-api-down/", "components/api/", "maintenance/2026-10-02-shopify-upgrade/"}},
		{name: "three", at: morning, pages: []string{""}, files: map[string]string{
			"content/incidents/x/01-investigating.md": update("Charts are empty", "P2", "dashboard"), "content/incidents/y/01-investigating.md": update("Webhooks are late", "P1", "webhooks, reconciliation")}},
		{name: "forty", at: calm, bare: true, end: listed(40, 6), pages: []string{""}},
		{name: "two-hundred", at: morning, bare: true, end: listed(200, 10), pages: []string{"", "subscribe/"}, files: map[string]string{"content/incidents/x/01-investigating.md": update("Many are down", "P1", "c3, c14, c159")}},
		{name: "maintenance", at: "2026-10-02T09:00:00Z", pages: []string{""}},
		{name: "new", at: calm, bare: true, pages: []string{"", "history/"}},
		{name: "right-to-left", at: morning, head: "languages = [\"en\", \"ar\"]\n", pages: []string{"ar/", "ar/incidents/2026-10-02-api-down/"}},
		{name: "long", at: morning, pages: []string{"", "incidents/x/"}, files: map[string]string{"content/incidents/x/01-investigating.md": update(strings.Repeat("Requests to the API fail, ", 12)[:300], "P0", "api")}},
		{name: "past", at: calm, head: "promises = true\n", end: "[subscribe]\naction = \"https://lists.example.com/subscription/form\"\n",
			pages: []string{"incidents/2026-08-05-slow-api/", "history/", "history/2026-09/", "subscribe/", "promises/", "404.html"}},
	}
}

// build builds a situation and returns the folder of the output.
func (s situation) build(t *testing.T) string {
	t.Helper()
	site, out := t.TempDir(), filepath.Join(t.TempDir(), "public")
	config := "title = \"Settler Status\"\nbase_url = \"https://status.settler.io/\"\n"
	if !s.bare {
		raw, err := os.ReadFile("../../config.toml")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(site, "content"), os.DirFS("../../content")); err != nil {
			t.Fatal(err)
		}
		// Promises are shown of what happened before the page moved to Crier, too.
		config = strings.Replace(string(raw), "since = 2026-11-01", "since = 2026-01-01", 1)
	}
	testenv.Write(t, site, "config.toml", s.head+config+s.end)
	for name, text := range s.files {
		testenv.Write(t, site, name, text)
	}
	crier(t, site, autumn, "build", "--at", s.at, "--out", out)
	return out
}

type shot struct {
	File, Folder, URL, At string
	Width                 int
	Dark, Whole           bool
}

func take(t *testing.T, shots []shot) {
	t.Helper()
	var problems []string
	testenv.Node(t, "pictures.mjs", map[string]any{"chromium": testenv.Chromium(t), "shots": shots}, &problems)
	for _, p := range problems {
		t.Error(p)
	}
}

// TestPictures takes the screenshots of Settler's site that the README and the docs show: the same
// ones each time. Without -pictures it takes them but doesn't keep them.
func TestPictures(t *testing.T) {
	testenv.NeedNode(t)
	to := t.TempDir()
	if *pictures {
		to = "../../docs/images"
	}
	type built struct {
		situation
		out string
	}
	sites := map[string]built{}
	for _, s := range situations() {
		if s.name == "p0" || s.name == "past" {
			sites[s.name] = built{s, s.build(t)}
		}
	}
	var shots []shot
	for _, p := range []struct {
		name, site, page string
		width            int
		dark             bool
	}{
		{"overview-900-light", "p0", "", 900, false}, {"overview-900-dark", "p0", "", 900, true}, {"subscribe", "past", "subscribe/", 900, false},
	} {
		s := sites[p.site]
		shots = append(shots, shot{filepath.Join(to, p.name+".png"), s.out, "https://status.settler.io/" + p.page, s.at, p.width, p.dark, false})
	}
	take(t, shots)
	first, err := os.ReadFile(shots[0].File)
	if err != nil || len(first) < 20000 {
		t.Fatalf("the picture has %d bytes: %v", len(first), err)
	}
	again := shots[0]
	again.File = filepath.Join(t.TempDir(), "again.png")
	take(t, []shot{again})
	if second, err := os.ReadFile(again.File); err != nil || !bytes.Equal(first, second) {
		t.Errorf("the second picture of the same page is another: %v", err)
	}
}

// TestGallery takes the screenshots that the page is judged by into the folder of -gallery: each
// situation on a phone and a desktop, in light and dark.
func TestGallery(t *testing.T) {
	if *gallery == "" {
		t.Skip("no -gallery")
	}
	testenv.NeedNode(t)
	if err := os.MkdirAll(*gallery, 0o755); err != nil {
		t.Fatal(err)
	}
	var shots []shot
	for _, s := range situations() {
		out := s.build(t)
		for _, page := range s.pages {
			for _, width := range []int{390, 1280} {
				for scheme, dark := range map[string]bool{"light": false, "dark": true} {
					name := strings.ReplaceAll(strings.Trim(s.name+"-"+page, "-/"), "/", "-")
					file := filepath.Join(*gallery, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
					shots = append(shots, shot{file, out, "https://status.settler.io/" + page, s.at, width, dark, true})
				}
			}
		}
	}
	take(t, shots)
	t.Logf("%d screenshots", len(shots))
}

// TestHeights: a page with nothing wrong is short, and the news of an open incident is above the
// fold on a phone.
func TestHeights(t *testing.T) {
	testenv.NeedNode(t)
	type look struct {
		Folder        string
		Width, Height int
		Selector      string
	}
	flat := situation{name: "flat", at: calm, bare: true, end: listed(40, 0)}
	var looks []look
	for _, s := range append(situations(), flat) {
		switch s.name {
		case "forty", "flat":
			looks = append(looks, look{s.build(t), 1280, 900, "main"})
		case "p0":
			looks = append(looks, look{s.build(t), 390, 844, ".news .text"})
		}
	}
	var measured []struct{ Tall, Ends float64 }
	testenv.Node(t, "measure.mjs", map[string]any{"chromium": testenv.Chromium(t), "pages": looks}, &measured)
	if len(measured) != 3 {
		t.Fatalf("%d pages were measured", len(measured))
	}
	for i, m := range measured {
		t.Logf("%d px wide: %.0f px tall, %s ends at %.0f px", looks[i].Width, m.Tall, looks[i].Selector, m.Ends)
		if looks[i].Width == 1280 && m.Tall >= 2000 || looks[i].Width == 390 && m.Ends > 844 {
			t.Errorf("%d px wide, it is %.0f px tall, and %s ends at %.0f px", looks[i].Width, m.Tall, looks[i].Selector, m.Ends)
		}
	}
}
