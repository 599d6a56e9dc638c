package check

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

var now = time.Date(2026, 10, 2, 10, 10, 0, 0, time.UTC)

// lines loads a site and returns its pending updates, one per line. The files are below content/
// and lack their first line, "---".
func lines(t *testing.T, changes map[string]Change, files map[string]string) []string {
	t.Helper()
	c, findings, err := config.Parse("config.toml", []byte("title = \"x\"\nlanguages = [\"de\"]\n[severity.P3]\nbatch = \"30m\"\n[rules]\nsince = 2027-01-01\n"))
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	site := fstest.MapFS{}
	for name, text := range files {
		site["content/"+name] = &fstest.MapFile{Data: []byte("---\n" + text)}
	}
	loaded, findings := content.Load(site, content.Options{Config: c})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	at := func(when time.Time) string {
		if when.IsZero() {
			return "-"
		}
		return when.Format("15:04")
	}
	var got []string
	for _, l := range Pending(Input{Config: c, Content: loaded, Now: now}, changes) {
		line := fmt.Sprintf("%s %s/%s %s at %s %s by %s", l.Kind, l.ID, l.Update, l.Change, at(l.At), l.Reason, at(l.Due))
		if l.Draft {
			line += " draft"
		}
		if l.Secret {
			line += " secret"
		}
		got = append(got, line)
	}
	return got
}

const (
	open = "title: x\nseverity: P3\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\n"
	more = "status: identified\ndate: 2026-10-02T10:09:00Z\n"
	end  = "---\nx\n"
)

func TestPending(t *testing.T) {
	got := lines(t, nil, map[string]string{
		// a/1 is batched, a/2 waits for the first batch after its hold, a/3 is a draft.
		"incidents/a/1.md": open + end, "incidents/a/2.md": more + "hold: 40m\n" + end, "incidents/a/3.md": more + "draft: true\n" + end,
		"incidents/b/1.md":   strings.Replace(open, "P3", "P0", 1) + end,                                       // public
		"incidents/s/1.md":   strings.Replace(open, "P3", "P0", 1) + "security: incident\ndraft: true\n" + end, // secret
		"announcements/n.md": "title: n\ndate: 2026-10-02T12:00:00Z\n" + end,                                   // in the future
		"announcements/o.md": "title: o\ndate: 2026-10-01T12:00:00Z\n" + end,                                   // public
		"pages/p.md":         "title: p\ndraft: true\n" + end,                                                  // a draft
		"maintenance/m/1.md": "title: m\nstatus: scheduled\ndate: 2026-10-02T11:00:00Z\nstarts: 2026-10-03T10:00:00Z\nends: 2026-10-03T11:00:00Z\n" + end,
	})
	want := []string{
		"incident s/1  at -  by - draft secret",
		"incident a/1  at 10:30 batched by 11:04", "incident a/2  at 11:00 batched by 11:09", "incident a/3  at -  by - draft",
		"maintenance m/1  at 11:00 immediate by -", "announcement n/  at 12:00 immediate by -", "page p/  at -  by - draft",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestPendingChanges(t *testing.T) {
	got := lines(t, map[string]Change{
		"content/incidents/a/1.de.md": Edited, "content/incidents/b/1.md": Added, "content/incidents/b/postmortem.md": Added, "content/incidents/c/postmortem.md": Added,
		"content/incidents/a/0.md": Removed, "content/incidents/gone/1.md": Removed, "content/incidents/s/2.md": Removed, "content/incidents/s/1.md": Added,
		"content/maintenance/gone/1.md": Removed, "content/pages/gone.md": Removed, "content/announcements/gone.md": Removed, "content/templates/t.md": Added,
		"config.toml": Edited, "themes/plain/x.css": Added, "README.md": Edited, "content/incidents/a/picture.png": Removed,
	}, map[string]string{
		"incidents/a/1.md": strings.Replace(open, "P3", "P2", 1) + end, "incidents/a/1.de.md": "title: y\n" + end, "incidents/a/2.md": more + end,
		"incidents/b/1.md": strings.Replace(open, "P3", "P2", 1) + end, "incidents/b/postmortem.md": "public: true\n" + end,
		"incidents/c/1.md": open + end, "incidents/c/postmortem.md": "title: not shown\n" + end,
		"incidents/s/1.md": strings.Replace(open, "P3", "P0", 1) + "security: incident\n" + end,
	})
	want := []string{
		"incident s/1 added at -  by 10:09 secret",
		"incident gone/1 removed at -  by - secret",
		"incident b/1 added at -  by 11:04",
		"incident a/0 removed at -  by -",
		"incident a/1 edited at -  by 11:04",
		"post-mortem b/ added at -  by -",
		"maintenance gone/1 removed at -  by -", "announcement gone/ removed at -  by -", "page gone/ removed at -  by -",
		"site themes/plain/x.css/ added at -  by -", "site config.toml/ edited at -  by -",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
