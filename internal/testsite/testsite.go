// Package testsite generates sites for tests and benchmarks: realistic sites of any size, and small
// unusual ones for property tests. The same seed always generates the same site. The package
// doesn't access the disk.
package testsite

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing/fstest"
	"time"
)

// Options are the options of Generate. A zero field means its default, where there is one.
type Options struct {
	Incidents  int
	Updates    int // per incident; default 4
	Components int // default 20
	Years      int // period that the incidents are spread over; default 5
	Seed       uint64
	End        time.Time // shortly after the start of the last incident; default 2026-10-01
}

// Generate returns a site whose content has no mistakes.
func Generate(o Options) fstest.MapFS {
	o.Updates = cmp.Or(o.Updates, 4)
	o.Components = cmp.Or(o.Components, 20)
	o.Years = cmp.Or(o.Years, 5)
	o.End = cmp.Or(o.End, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
	g := generator{Options: o, rand: rand.New(rand.NewPCG(o.Seed, 1)), site: fstest.MapFS{}}
	g.config("UTC")
	span := time.Duration(o.Years) * 365 * 24 * time.Hour
	for i := range o.Incidents {
		begin := o.End.Add(-span + span/time.Duration(o.Incidents)*time.Duration(i+1) - time.Duration(g.rand.IntN(3600))*time.Second)
		g.incident(i, begin.Truncate(time.Second))
	}
	for i := range o.Incidents / 20 {
		g.maintenance(i, o.End.Add(-span/time.Duration(o.Incidents/20+1)*time.Duration(i)).Truncate(time.Minute))
	}
	g.file("content/announcements/2026-09-01-region.md", "---\ntitle: A new region\ndate: 2026-09-01T00:00:00Z\nuntil: 2026-12-01T00:00:00Z\n---\nWe run in one more region.\n")
	g.file("content/pages/about.md", "---\ntitle: About\n---\nSee the [history](/history/).\n")
	return g.site
}

type generator struct {
	Options
	rand *rand.Rand
	site fstest.MapFS
}

func (g *generator) file(name, text string) { g.site[name] = &fstest.MapFile{Data: []byte(text)} }

func (g *generator) config(zone string) {
	var b strings.Builder
	fmt.Fprintf(&b, "title = \"Example Status\"\nbase_url = \"https://status.example.com/\"\ntimezone = %q\n", zone)
	for i := range 4 {
		fmt.Fprintf(&b, "\n[[groups]]\nid = \"group-%d\"\nname = \"Group %d\"\n", i, i)
	}
	for i := range g.Components {
		fmt.Fprintf(&b, "\n[[components]]\nid = \"%s\"\nname = \"Component %d\"\ngroup = \"group-%d\"\n", component(i), i, i%4)
	}
	g.file("config.toml", b.String())
}

func component(i int) string { return fmt.Sprintf("component-%d", i) }

var (
	subjects  = []string{"API", "Dashboard", "Webhooks", "Search", "Login", "Exports", "Payments", "Reports"}
	troubles  = []string{"returning errors", "responding slowly", "delayed", "unavailable for some users", "timing out"}
	sentences = []string{
		"We're currently investigating elevated error rates.",
		"A deployment exhausted the database's connections; we are *rolling it back*.",
		"The cause is a full disk on one of the nodes, see `df -h`.",
		"Requests succeed again, and we are watching the queues.",
		"- one region is affected\n- all others work\n",
		"More in the [guide](https://example.com/guide?a=1&b=2).",
		"Some requests may have to be **sent again**.",
	}
	statuses = []string{"investigating", "identified", "monitoring", "resolved"}
)

func (g *generator) pick(words []string) string { return words[g.rand.IntN(len(words))] }

func (g *generator) severity() string {
	switch n := g.rand.IntN(20); {
	case n == 0:
		return "P0"
	case n < 6:
		return "P1"
	case n < 14:
		return "P2"
	}
	return "P3"
}

func (g *generator) text() string {
	var b strings.Builder
	for range 1 + g.rand.IntN(3) {
		b.WriteString(g.pick(sentences) + "\n\n")
	}
	return b.String()
}

func (g *generator) components(explicit bool) string {
	first := g.rand.IntN(g.Components)
	if explicit {
		return fmt.Sprintf("components: {%s: partial_outage, %s: degraded_performance}\n", component(first), component((first+1)%g.Components))
	}
	return fmt.Sprintf("components: [%s]\n", component(first))
}

func (g *generator) incident(i int, begin time.Time) {
	id := fmt.Sprintf("%s-%05d-trouble", begin.Format("2006-01-02"), i)
	at := begin
	for n := range g.Updates {
		status := statuses[min(n*len(statuses)/g.Updates, len(statuses)-1)]
		if n == g.Updates-1 {
			status = "resolved"
		}
		var b strings.Builder
		b.WriteString("---\n")
		if n == 0 {
			fmt.Fprintf(&b, "title: %s %s\nseverity: %s\n%s", g.pick(subjects), g.pick(troubles), g.severity(), g.components(i%3 == 0))
		}
		fmt.Fprintf(&b, "status: %s\ndate: %s\n", status, at.Format(time.RFC3339))
		if status != "resolved" {
			fmt.Fprintf(&b, "impact: Some requests fail.\neta: %s\n", at.Add(time.Hour).Format(time.RFC3339))
		}
		b.WriteString("---\n" + g.text())
		g.file(fmt.Sprintf("content/incidents/%s/%s/%02d-%s.md", begin.Format("2006/01"), id, n+1, status), b.String())
		at = at.Add(time.Duration(5+g.rand.IntN(40)) * time.Minute)
	}
}

func (g *generator) maintenance(i int, begin time.Time) {
	g.file(fmt.Sprintf("content/maintenance/%d/work-%04d/01-scheduled.md", begin.Year(), i),
		fmt.Sprintf("---\ntitle: Planned work\nstatus: scheduled\ndate: %s\nstarts: %s\nends: %s\ncomponents: [%s]\n---\nWe replace a disk.\n",
			begin.Add(-48*time.Hour).Format(time.RFC3339), begin.Format(time.RFC3339), begin.Add(time.Hour).Format(time.RFC3339), component(g.rand.IntN(g.Components))))
}

// Random returns a small site full of rare but valid content: overlaps, reopened incidents,
// changing severities and components, equal dates, maintenance that overruns or is cancelled, zones
// with daylight saving time. Its incidents begin in the 20 days before end.
func Random(seed uint64, end time.Time) fstest.MapFS {
	g := generator{Options: Options{Components: 3, Updates: 1}, rand: rand.New(rand.NewPCG(seed, 2)), site: fstest.MapFS{}}
	g.config(g.pick([]string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"}))
	for i := range g.rand.IntN(6) {
		at := end.Add(-time.Duration(g.rand.IntN(20*24*60)) * time.Minute)
		for n := range 1 + g.rand.IntN(6) {
			var b strings.Builder
			b.WriteString("---\n")
			if n == 0 {
				fmt.Fprintf(&b, "title: Trouble %d\n", i)
			}
			if n == 0 || g.rand.IntN(4) == 0 {
				fmt.Fprintf(&b, "severity: %s\n", g.severity())
			}
			switch g.rand.IntN(5) {
			case 0:
				b.WriteString(g.components(true))
			case 1:
				b.WriteString(g.components(false))
			case 2:
				b.WriteString("components: []\n")
			case 3:
				fmt.Fprintf(&b, "components: {%s: operational, %s: major_outage}\n", component(0), component(1))
			}
			if g.rand.IntN(6) == 0 {
				b.WriteString("draft: true\n")
			}
			if g.rand.IntN(6) == 0 {
				b.WriteString("hold: 40m\n")
			}
			fmt.Fprintf(&b, "status: %s\ndate: %s\n---\n%s", g.pick(statuses), at.Format(time.RFC3339), g.text())
			g.file(fmt.Sprintf("content/incidents/trouble-%d/%02d-update.md", i, n+1), b.String())
			at = at.Add(time.Duration(g.rand.IntN(600)) * time.Minute)
		}
	}
	for i := range g.rand.IntN(4) {
		at := end.Add(time.Duration(g.rand.IntN(8*24*60)-4*24*60) * time.Minute)
		folder := fmt.Sprintf("content/maintenance/work-%d/", i)
		g.file(folder+"01-scheduled.md", fmt.Sprintf("---\ntitle: Work %d\nstatus: scheduled\ndate: %s\nstarts: %s\nends: %s\ncomponents: [%s]\n---\nWork.\n",
			i, at.Add(-time.Duration(g.rand.IntN(72)-4)*time.Hour).Format(time.RFC3339), at.Format(time.RFC3339), at.Add(2*time.Hour).Format(time.RFC3339), component(i)))
		if status := g.pick([]string{"", "in_progress", "verifying", "completed", "cancelled", "scheduled"}); status != "" {
			g.file(folder+"02-update.md", fmt.Sprintf("---\nstatus: %s\ndate: %s\n---\nSo it is.\n", status, at.Add(time.Duration(g.rand.IntN(300)-60)*time.Minute).Format(time.RFC3339)))
		}
	}
	if g.rand.IntN(2) == 0 {
		g.file("content/announcements/note.md", fmt.Sprintf("---\ntitle: Note\ndate: %s\nuntil: %s\n---\nText.\n", end.Add(-time.Hour).Format(time.RFC3339), end.Add(5*time.Hour).Format(time.RFC3339)))
	}
	return g.site
}
