package build_test

import (
	"cmp"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// event is an update as written in a file of testsite.Random, parsed without any package of Crier.
type event struct {
	id, title, severity, status string
	date, visible, published    time.Time
	draft, held                 bool
	stated, explicit            bool
	components                  [][2]string // ID, condition
}

var (
	frontMatter = regexp.MustCompile(`(?s)^---\n(.*?)\n---\n`)
	pair        = regexp.MustCompile(`(component-\d)(?:: (\w+))?`)
)

func readEvent(t *testing.T, name string, raw []byte) event {
	e := event{id: strings.TrimSuffix(path.Base(name), ".md")}
	for line := range strings.SplitSeq(frontMatter.FindStringSubmatch(string(raw))[1], "\n") {
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "title":
			e.title = value
		case "severity":
			e.severity = value
		case "status":
			e.status = value
		case "date":
			e.date = instant(t, value)
		case "draft":
			e.draft = true
		case "hold":
			e.held = true
		case "components":
			e.stated, e.explicit = true, value[0] == '{'
			for _, m := range pair.FindAllStringSubmatch(value, -1) {
				e.components = append(e.components, [2]string{m[1], m[2]})
			}
		default:
			t.Fatalf("%s: %q", name, line)
		}
	}
	return e
}

// released drops drafts and returns when every other event becomes visible: at its date, which may
// be up to five minutes ahead; if it is held and not urgent, 40 minutes later, or together with the
// first later event that is visible.
func released(events []event) []event {
	events = slices.DeleteFunc(events, func(e event) bool { return e.draft })
	slices.SortFunc(events, func(a, b event) int { return cmp.Or(a.date.Compare(b.date), cmp.Compare(a.id, b.id)) })
	severity := "P9"
	for i := range events {
		e := &events[i]
		ruling := severity
		if e.severity != "" {
			severity = e.severity
		} else if severity == "P9" { // the event that set it was a draft
			severity = "P1"
		}
		ruling = min(ruling, severity)
		e.visible, e.published = e.date.Add(-5*time.Minute), e.date
		if e.held && ruling > "P1" {
			e.visible = e.date.Add(40 * time.Minute)
			e.published = e.visible
		}
	}
	for i := len(events) - 2; i >= 0; i-- {
		if events[i+1].visible.Before(events[i].visible) {
			events[i].visible, events[i].published = events[i+1].visible, events[i+1].published
		}
	}
	return events
}

// replay computes an incident event by event.
func replay(folder string, events []event) apiIncident {
	type part struct{ id, condition string }
	i := apiIncident{Name: folder}
	severity := "P1"
	var list []part
	explicit := false
	label := func(id string) string {
		return "Group " + strings.TrimPrefix(id, "component-") + " - Component " + strings.TrimPrefix(id, "component-")
	}
	was := map[string]string{}
	var named []string
	for n, e := range events {
		if n == 0 {
			i.StartedAt, i.CreatedAt = e.date, e.published
		}
		i.Name = cmp.Or(e.title, i.Name)
		severity = cmp.Or(e.severity, severity)
		if e.stated {
			list, explicit = nil, e.explicit
			for _, c := range e.components {
				list = append(list, part{c[0], c[1]})
			}
		}
		is := map[string]string{}
		order := []string{}
		for k := range list {
			if !explicit {
				list[k].condition = map[string]string{"P0": "major_outage", "P1": "partial_outage", "P2": "degraded_performance", "P3": "degraded_performance"}[severity]
			}
			is[list[k].id] = list[k].condition
			if e.status == "resolved" {
				is[list[k].id] = "operational"
			}
			order = append(order, list[k].id)
		}
		u := apiUpdate{Status: e.status, CreatedAt: e.published, DisplayAt: e.date}
		for _, id := range slices.Concat(order, named) {
			if !slices.ContainsFunc(u.Affected, func(a apiAffected) bool { return a.Name == label(id) }) {
				u.Affected = append(u.Affected, apiAffected{label(id), cmp.Or(was[id], "operational"), cmp.Or(is[id], "operational")})
			}
		}
		was, named = is, order
		i.Updates = append([]apiUpdate{u}, i.Updates...)
		date := e.date
		if e.status == "monitoring" {
			i.MonitoringAt = &date
		}
		switch {
		case e.status != "resolved":
			i.ResolvedAt = nil
		case i.ResolvedAt == nil:
			i.ResolvedAt = &date
		}
		i.Status = e.status
	}
	i.Impact = map[string]string{"P0": "critical", "P1": "major", "P2": "minor", "P3": "minor"}[severity]
	return i
}

func TestIncidentsAreWhatAReplaySaysAtAnyTime(t *testing.T) {
	end := instant(t, "2026-03-29T12:00:00Z")
	compared := 0
	for seed := range seeds(60) {
		site := testsite.Random(seed, end)
		folders := map[string][]event{}
		for name, file := range site {
			if strings.HasPrefix(name, "content/incidents/") {
				folder := path.Base(path.Dir(name))
				folders[folder] = append(folders[folder], readEvent(t, name, file.Data))
			}
		}
		for _, back := range []time.Duration{0, 31 * time.Hour, 7*24*time.Hour + 11*time.Minute} {
			now := end.Add(-back)
			var want []apiIncident
			for folder, events := range folders {
				public := slices.DeleteFunc(released(slices.Clone(events)), func(e event) bool { return e.visible.After(now) })
				if len(public) > 0 {
					want = append(want, replay(folder, public))
				}
			}
			result, _ := run(t, site, now)
			var got struct{ Incidents []apiIncident }
			if err := json.Unmarshal([]byte(fetch(t, result, "api/v2/incidents.json")), &got); err != nil {
				t.Fatal(err)
			}
			for n := range got.Incidents {
				i := &got.Incidents[n]
				if n > 0 && got.Incidents[n-1].StartedAt.Before(i.StartedAt) {
					t.Errorf("seed %d: %s comes after an older incident", seed, i.Name)
				}
				i.ID, i.Components = "", nil
				for k := range i.Updates {
					i.Updates[k].ID = ""
				}
			}
			order := func(a, b apiIncident) int {
				return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Name, b.Name))
			}
			slices.SortFunc(got.Incidents, order)
			slices.SortFunc(want, order)
			if d := gocmp.Diff(want, got.Incidents, cmpopts.EquateEmpty()); d != "" {
				t.Fatalf("seed %d at %s: %s", seed, now, d)
			}
			compared += len(want)
		}
	}
	if testenv.Long() && compared < 200 {
		t.Errorf("only %d incidents were compared", compared)
	}
}
