package build_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/testsite"
)

// beforeItsTime is a site with everything that may not be public at half past ten.
var beforeItsTime = fstest.MapFS{
	"config.toml": {Data: []byte("title = \"Example\"\nlanguages = [\"en\", \"de\"]\n[[components]]\nid = \"api\"\n")},
	"content/incidents/slow/01-investigating.md": {Data: []byte("---\ntitle: Slow searches\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T09:00:00Z\ncomponents: [api]\n---\nLooking.\n")},
	"content/incidents/slow/02-identified.md":    {Data: []byte("---\nstatus: identified\ndate: 2026-10-02T10:10:00Z\nhold: 30m\n---\nThe held cause.\n")},
	"content/incidents/slow/02-identified.de.md": {Data: []byte("---\ntitle: Langsam\n---\nDer Grund.\n")},
	"content/incidents/slow/03-monitoring.md":    {Data: []byte("---\nstatus: monitoring\ndate: 2026-10-02T10:20:00Z\ndraft: true\n---\n")},
	"content/incidents/slow/04-resolved.md":      {Data: []byte("---\nstatus: resolved\ndate: 2026-10-02T11:20:00Z\n---\nThe time ahead.\n")},
	"content/incidents/slow/postmortem.md":       {Data: []byte("---\npublic: true\ndraft: true\n---\nThe drafted lesson.\n")},
	"content/incidents/drafted/01-a.md":          {Data: []byte("---\ntitle: Drafted\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T09:30:00Z\ndraft: true\n---\nThe drafted incident.\n")},
	"content/maintenance/work/01-scheduled.md":   {Data: []byte("---\ntitle: Work\nstatus: scheduled\ndate: 2026-10-02T09:30:00Z\nstarts: 2026-10-03T00:00:00Z\nends: 2026-10-03T01:00:00Z\ndraft: true\n---\nThe drafted work.\n")},
	"content/announcements/2026-10-01-region.md": {Data: []byte("---\ntitle: Region\ndate: 2026-10-01T00:00:00Z\ndraft: true\n---\nThe drafted region.\n")},
	"content/pages/about.md":                     {Data: []byte("---\ntitle: About\ndraft: true\n---\nThe drafted page.\n")},
	"content/pages/imprint.md":                   {Data: []byte("---\ntitle: Imprint\n---\nThe imprint.\n")},
	"content/pages/imprint.de.md":                {Data: []byte("---\ntitle: Impressum\ndraft: true\n---\nDas Impressum.\n")},
}

// TestPreviewShowsAndMarksWhatIsNotPublic also checks that a later build from the same content
// contains nothing unpublished.
func TestPreviewShowsAndMarksWhatIsNotPublic(t *testing.T) {
	input, findings := load(t, beforeItsTime, instant(t, "2026-10-02T10:30:00Z"))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	produce := func(preview bool) (map[string]string, build.Result) {
		input.Preview = preview
		result := build.Build(input)
		return testsite.Files(t, result.Files), result
	}
	before, _ := produce(false)
	shown, result := produce(true)
	draft, held := `<p class="crier-not-public">Not public: draft</p>`, `<p class="crier-not-public">Not public: held until 2026-10-02 10:40 UTC</p>`
	for page, marked := range map[string]map[string]string{
		"incidents/slow/index.html":    {"The held cause.": held, "The drafted lesson.": draft},
		"de/incidents/slow/index.html": {"Der Grund.": held},
		"incidents/drafted/index.html": {"The drafted incident.": draft},
		"maintenance/work/index.html":  {"The drafted work.": draft},
		"about/index.html":             {"The drafted page.": draft},
		"de/imprint/index.html":        {"Das Impressum.": draft},
		"index.html":                   {"The drafted region.": draft, "The drafted incident.": draft},
	} {
		for text, mark := range marked {
			at := strings.Index(shown[page], text)
			if at < 0 {
				t.Errorf("%s lacks %q", page, text)
			} else if above := shown[page][:at]; !strings.HasSuffix(above, mark+"\n<p>") {
				t.Errorf("%s does not mark %q with %q, but has\n%s", page, text, mark, above[max(0, len(above)-200):])
			}
		}
	}
	// One of them has no text at all.
	if n := strings.Count(shown["incidents/slow/index.html"], "crier-not-public"); n != 3 {
		t.Errorf("%d marks", n)
	}
	for page, content := range shown {
		if strings.Contains(content, "The time ahead.") {
			t.Errorf("%s shows what is dated ahead", page)
		}
	}
	want := map[string]string{
		"content/incidents/slow/02-identified.md": "held until 2026-10-02 10:40 UTC", "content/incidents/slow/02-identified.de.md": "held until 2026-10-02 10:40 UTC",
		"content/incidents/slow/03-monitoring.md": "draft", "content/incidents/slow/postmortem.md": "draft", "content/incidents/drafted/01-a.md": "draft",
		"content/maintenance/work/01-scheduled.md": "draft", "content/announcements/2026-10-01-region.md": "draft", "content/pages/about.md": "draft",
		"content/pages/imprint.de.md": "draft",
	}
	if d := cmp.Diff(want, result.Site.Withheld()); d != "" {
		t.Error(d)
	}
	after, plain := produce(false)
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("a preview changes what a build gives:\n%s", d)
	}
	for page, content := range after {
		if strings.Contains(content, "crier-not-public") {
			t.Errorf("a mark of the preview is in %s of a build", page)
		}
	}
	if len(plain.Site.Withheld()) > 0 {
		t.Error("a build reveals what it withholds")
	}
}
