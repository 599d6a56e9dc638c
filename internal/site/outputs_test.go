package site

import (
	"slices"
	"strings"
	"testing"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/site/published"
)

// TestEveryRoute: the sample has an output of every route, in every language where the route is for
// all, and nothing that is not of one.
func TestEveryRoute(t *testing.T) {
	site, findings := Plan(input(t, "2026-10-02T12:00:00Z", nil))
	if len(findings) > 0 {
		t.Fatal(messages(findings))
	}
	count, patterns := map[string]int{}, map[string]bool{}
	for i := range site.Outputs {
		o := &site.Outputs[i]
		path, isGerman := strings.CutPrefix(o.Path, "de/")
		key := o.Pattern
		if isGerman && o.Languages {
			key = "de/" + key
		} else {
			path = o.Path
		}
		count[key]++
		before, after, _ := strings.Cut(o.Pattern, ":id")
		if !strings.HasPrefix(path, before) || !strings.HasSuffix(path, after) || fileset.ValidPath(o.Path) != nil || o.View == nil {
			t.Errorf("%s is an output of %s", o.Path, o.Pattern)
		}
	}
	for _, r := range Routes() {
		if patterns[r.Pattern] {
			t.Errorf("two routes %s", r.Pattern)
		}
		patterns[r.Pattern] = true
		if count[r.Pattern] == 0 || count["de/"+r.Pattern] != count[r.Pattern] && r.Languages || count["de/"+r.Pattern] > 0 && !r.Languages {
			t.Errorf("%s: %d outputs, %d in German", r.Pattern, count[r.Pattern], count["de/"+r.Pattern])
		}
	}
}

// TestWhatIsSwitchedOffIsReserved: without their keys in the configuration there is no such output,
// and its path is kept.
func TestWhatIsSwitchedOffIsReserved(t *testing.T) {
	in := input(t, "2026-10-02T12:00:00Z", nil)
	plain := *in.Config
	plain.Feeds.CState, plain.Publish.CNAME, plain.Security.Contact, plain.Promises = false, "", nil, false
	in.Config = &plain
	public, _ := published.At(published.Input{Config: in.Config, Content: in.Content, Now: in.Now})
	list, reserved := outputs(&contents{config: in.Config, languages: languagesOf(in.Config, nil), public: public, feeds: public.Feeds(in.Config, in.Now)})
	want := []string{".well-known/security.txt", "CNAME", "affected/api/index.xml", "de/promises/index.html", "index.xml", "promises/index.html"}
	if slices.Sort(reserved); !slices.Equal(reserved, want) {
		t.Errorf("reserved are %q, want %q", reserved, want)
	}
	for _, o := range list {
		if slices.Contains(want, o.Path) {
			t.Errorf("%s is there", o.Path)
		}
	}
}

// TestOrder: what readers enter by comes after what it leads to, and the version last.
func TestOrder(t *testing.T) {
	site, _ := Plan(input(t, "2026-10-02T12:00:00Z", nil))
	for path, order := range map[string]fileset.Order{"assets/style.css": fileset.Asset, "incidents/down/index.html": fileset.Page, "about/index.html": fileset.Page, "issues/down/index.html": fileset.Page,
		"index.html": fileset.Entry, "de/index.html": fileset.Entry, "feed.atom": fileset.Entry, "feed/2025-1.atom": fileset.Entry, "api/v2/summary.json": fileset.Entry, "version.json": fileset.Seal} {
		n, ok := site.paths.Number(path)
		if !ok || site.Outputs[n].Path != path || site.Outputs[n].Order != order {
			t.Errorf("%s: found %t, want the order %d", path, ok, order)
		}
	}
}

// TestKeys: with a fingerprint, what follows from one incident, one month or the items of a feed
// has a key; another incident's update changes none of them.
func TestKeys(t *testing.T) {
	keys := func(change map[string]string) map[string]string {
		in := input(t, "2026-10-02T12:00:00Z", change)
		in.Fingerprint = "x"
		in.Content.Sums = map[string]fileset.Hash{}
		for path, document := range in.Content.Documents {
			in.Content.Sums[path] = fileset.Sum([]byte(document.Text))
		}
		site, _ := Plan(in)
		all := map[string]string{}
		for _, o := range site.Outputs {
			all[o.Path] = o.Key
		}
		return all
	}
	before := keys(nil)
	after := keys(map[string]string{"incidents/new/01-investigating.md": strings.Replace(sample["incidents/new/01-investigating.md"], "Slow.", "Slower.", 1)})
	for path, changes := range map[string]bool{"incidents/new/index.html": true, "de/incidents/new/index.md": true, "history/2026-10/index.html": true, "search/2026-10.json": true, "maintenance/disk/index.html": false} {
		if before[path] == "" || (before[path] != after[path]) != changes {
			t.Errorf("%s: %q, then %q; it is to change: %t", path, before[path], after[path], changes)
		}
	}
	for _, path := range []string{"index.html", "incidents/down/index.html", "version.json", "feed.atom"} { // a link, an announcement
		if before[path] != "" {
			t.Errorf("%s has a key, but follows from more", path)
		}
	}
}
