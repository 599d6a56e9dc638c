package published

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// sample has an incident that is over, one with a held update and a draft, maintenance and an
// announcement.
var sample = map[string]string{
	"incidents/down/01-investigating.md": "title: API down\nseverity: P1\nstatus: investigating\ndate: 2025-10-02T10:00:00Z\ncomponents: [api]\nimpact: All.\neta: soon\naliases: [/issues/down/]\n---\nDown.\n",
	"incidents/down/02-resolved.md":      "status: resolved\ndate: 2025-10-02T11:00:00Z\n---\nDone.\n",
	"incidents/new/01-investigating.md":  "title: Slow\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\nhold: 30m\n---\nSlow.\n",
	"incidents/new/02-identified.md":     "status: identified\ndate: 2026-10-02T10:10:00Z\ndraft: true\n---\nA draft.\n",
	"maintenance/disk/01-scheduled.md":   "title: Disk\nstatus: scheduled\ndate: 2026-10-01T10:00:00Z\nstarts: 2026-10-03T10:00:00Z\nends: 2026-10-03T11:00:00Z\n---\nNew.\n",
	"announcements/region.md":            "title: Region\ndate: 2026-10-01T10:00:00Z\nuntil: 2026-10-02T12:00:00Z\n---\nMore.\n",
}

// input reads the sample with changes.
func input(t *testing.T, at string, changes map[string]string) Input {
	t.Helper()
	files := fstest.MapFS{}
	for _, set := range []map[string]string{sample, changes} {
		for name, text := range set {
			files["content/"+name] = &fstest.MapFile{Data: []byte("---\n" + text)}
		}
	}
	c, findings, err := config.Parse("config.toml", []byte("title = \"Example\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	loaded, more := content.Load(files, content.Options{Config: c})
	if findings := slices.Concat(findings, more); diag.Count(findings, diag.Mistake) > 0 {
		t.Fatal(findings)
	}
	return Input{Config: c, Content: loaded, Now: instant(t, at)}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// shownIn lists what is public: "id/update" for each step, and announcements.
func shownIn(p *Snapshot) string {
	var all []string
	for _, s := range p.All() {
		for _, step := range s.Steps {
			all = append(all, s.ID+"/"+step.Update.ID)
		}
	}
	for _, a := range p.Announcements {
		all = append(all, a.ID)
	}
	return strings.Join(all, " ")
}

func TestAt(t *testing.T) {
	const down = "down/01-investigating down/02-resolved"
	for _, c := range []struct {
		name, at, shown, next string
		preview               bool
		changes               map[string]string
	}{
		{name: "before all", at: "2020-01-01T12:00:00Z", next: "2020-01-02T00:00:00Z"},
		{name: "an incident in its life", at: "2025-10-02T10:30:00Z", shown: "down/01-investigating", next: "2025-10-02T10:55:00Z"},
		{name: "a held update", at: "2026-10-02T10:15:00Z", shown: down + " disk/01-scheduled region", next: "2026-10-02T10:30:00Z"},
		{name: "when it is let out", at: "2026-10-02T10:30:00Z", shown: "new/01-investigating " + down + " disk/01-scheduled region", next: "2026-10-02T12:00:00Z"},
		{name: "the end of an announcement", at: "2026-10-02T12:00:00Z", shown: "new/01-investigating " + down + " disk/01-scheduled region", next: "2026-10-03T00:00:00Z"},
		{name: "maintenance that the clock has begun", at: "2026-10-03T10:30:00Z", shown: "new/01-investigating " + down + " disk/01-scheduled disk/started region", next: "2026-10-03T11:00:00Z"},
		{name: "no hold on a P0", at: "2026-10-02T10:15:00Z", shown: "new/01-investigating " + down + " disk/01-scheduled region", next: "2026-10-02T12:00:00Z",
			changes: map[string]string{"incidents/new/01-investigating.md": strings.Replace(sample["incidents/new/01-investigating.md"], "P2", "P0", 1)}},
		{name: "a draft of an announcement", at: "2026-10-02T10:15:00Z", shown: down + " disk/01-scheduled", next: "2026-10-02T10:30:00Z",
			changes: map[string]string{"announcements/region.md": "draft: true\n" + sample["announcements/region.md"]}},
		{name: "a preview", at: "2026-10-02T10:15:00Z", preview: true, shown: "new/01-investigating new/02-identified " + down + " disk/01-scheduled region", next: "2026-10-02T10:30:00Z"},
	} {
		in := input(t, c.at, c.changes)
		in.Preview = c.preview
		public, _ := At(in)
		if got := shownIn(public); got != c.shown {
			t.Errorf("%s: shown is %q, want %q", c.name, got, c.shown)
		}
		if !public.NextChange.Equal(instant(t, c.next)) {
			t.Errorf("%s: the next change is at %s, want %s", c.name, public.NextChange, c.next)
		}
		withheld := map[string]string{}
		if c.preview {
			withheld = map[string]string{"content/incidents/new/01-investigating.md": "held until 2026-10-02 10:30 UTC", "content/incidents/new/02-identified.md": "draft"}
		}
		for path, why := range withheld {
			if public.Withheld[path] != why {
				t.Errorf("%s: %s is withheld as %q, want %q", c.name, path, public.Withheld[path], why)
			}
		}
		if len(public.Withheld) != len(withheld) {
			t.Errorf("%s: %v is withheld", c.name, public.Withheld)
		}
	}
}

// TestMemoryKeepsWhatTimeDoesNotChange: a settled incident is the same value in the next snapshot,
// and no other is.
func TestMemoryKeepsWhatTimeDoesNotChange(t *testing.T) {
	in := input(t, "2026-10-02T10:15:00Z", nil)
	in.Memory = &Memory{}
	snapshot := func(at string) map[string]*Incident {
		in.Now = instant(t, at)
		public, _ := At(in)
		all := map[string]*Incident{}
		for _, s := range public.All() {
			all[s.ID] = s
		}
		return all
	}
	before, after := snapshot("2026-10-02T10:15:00Z"), snapshot("2026-10-02T10:40:00Z")
	for id, kept := range map[string]bool{"down": true, "new": false, "disk": false} {
		if after[id] == nil || (before[id] == after[id]) != kept {
			t.Errorf("%s is the same: %t, want %t", id, !kept, kept)
		}
	}
	if snapshot("2025-10-02T10:30:00Z")["down"] == before["down"] {
		t.Error("an incident is the same at an instant before it was settled")
	}
	if len(in.Memory.released) != 0 {
		t.Errorf("%d incidents are kept that the last snapshot did not settle", len(in.Memory.released))
	}
	again := snapshot("2026-10-02T10:40:00Z")["down"]
	other := *in.Config
	in.Config = &other
	if snapshot("2026-10-02T10:40:00Z")["down"] == again {
		t.Error("another configuration has an incident of the one before")
	}
}
