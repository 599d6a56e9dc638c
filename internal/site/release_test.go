package site

import (
	"strings"
	"testing"
)

// shownIn lists what is public: "id/update" for each step, and announcements.
func shownIn(p *published) string {
	var all []string
	for _, stories := range [][]*story{p.incidents, p.maintenance} {
		for _, s := range stories {
			for _, step := range s.Steps {
				all = append(all, s.ID+"/"+step.Update.ID)
			}
		}
	}
	for _, a := range p.announced {
		all = append(all, a.ID)
	}
	return strings.Join(all, " ")
}

func TestRelease(t *testing.T) {
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
		public, _ := release(in)
		if got := shownIn(public); got != c.shown {
			t.Errorf("%s: shown is %q, want %q", c.name, got, c.shown)
		}
		if !public.next.Equal(instant(t, c.next)) {
			t.Errorf("%s: the next change is at %s, want %s", c.name, public.next, c.next)
		}
		withheld := map[string]string{}
		if c.preview {
			withheld = map[string]string{"content/incidents/new/01-investigating.md": "held until 2026-10-02 10:30 UTC", "content/incidents/new/02-identified.md": "draft"}
		}
		for path, why := range withheld {
			if public.withheld[path] != why {
				t.Errorf("%s: %s is withheld as %q, want %q", c.name, path, public.withheld[path], why)
			}
		}
		if len(public.withheld) != len(withheld) {
			t.Errorf("%s: %v is withheld", c.name, public.withheld)
		}
	}
}

// TestMemoryKeepsWhatTimeDoesNotChange: a story that is settled is the very same in the next plan, and no other is.
func TestMemoryKeepsWhatTimeDoesNotChange(t *testing.T) {
	in := input(t, "2026-10-02T10:15:00Z", nil)
	in.Memory = &Memory{}
	stories := func(at string) map[string]*story {
		in.Now = instant(t, at)
		public, _ := release(in)
		all := map[string]*story{}
		for _, s := range append(public.incidents, public.maintenance...) {
			all[s.ID] = s
		}
		return all
	}
	before, after := stories("2026-10-02T10:15:00Z"), stories("2026-10-02T10:40:00Z")
	for id, kept := range map[string]bool{"down": true, "new": false, "disk": false} {
		if after[id] == nil || (before[id] == after[id]) != kept {
			t.Errorf("%s is the same: %t, want %t", id, !kept, kept)
		}
	}
	if stories("2025-10-02T10:30:00Z")["down"] == before["down"] {
		t.Error("a story is the same at an instant before it was settled")
	}
	if len(in.Memory.settled) != 0 {
		t.Errorf("%d stories are kept that the last plan did not settle", len(in.Memory.settled))
	}
	again := stories("2026-10-02T10:40:00Z")["down"]
	other := *in.Config
	in.Config = &other
	if stories("2026-10-02T10:40:00Z")["down"] == again {
		t.Error("another configuration has a story of the one before")
	}
}
