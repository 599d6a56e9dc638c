package typed

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

var now = time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)

func TestUpdate(t *testing.T) {
	c, _, _ := config.Parse("config.toml", []byte("title = \"x\"\n[[components]]\nid = \"api\"\n"))
	before := incident.Update{Title: "Template", Impact: "All.", Runbook: &incident.Runbook{Retracted: true}}
	for _, test := range []struct {
		name  string
		typed Update
		want  incident.Update
	}{
		{"nothing", Update{}, incident.Update{Date: now, Title: "Template", Impact: "All.", Runbook: &incident.Runbook{Retracted: true}}},
		{"everything", Update{Title: " API  down ", Severity: "low", Impact: "Some.", ETA: "+45m", Date: "-4m", Hold: "30m", Ticket: "https://example.com/1", Components: []string{"api"}, Draft: true},
			incident.Update{
				Title: "API down", Severity: incident.P3, Impact: "Some.", ETA: incident.ETA{Time: now.Add(41 * time.Minute)}, Date: now.Add(-4 * time.Minute), Draft: true,
				Hold: incident.Hold{For: 30 * time.Minute}, Components: &incident.Components{List: []incident.Affected{{Component: "api"}}},
				Runbook: &incident.Runbook{Retracted: true, Ticket: "https://example.com/1"},
			}},
		{"a hold until a time", Update{Severity: "P2", Hold: "11:00"},
			incident.Update{Title: "Template", Severity: incident.P2, Impact: "All.", Date: now, Hold: incident.Hold{Until: now.Add(56 * time.Minute)}, Runbook: &incident.Runbook{Retracted: true}}},
	} {
		runbook := *before.Runbook
		u := before
		u.Runbook = &runbook
		if err := test.typed.Fill(&u, c, incident.P3, false, now); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if d := cmp.Diff(test.want, u); d != "" {
			t.Errorf("%s: %s", test.name, d)
		}
	}
	for want, typed := range map[string]Update{
		"the title has 3000 bytes":         {Title: strings.Repeat("x", 3000)},
		"unknown severity":                 {Severity: "P9"},
		"unknown component":                {Components: []string{"web"}},
		"is over":                          {ETA: "2026-10-01 10:00"},
		"is not a URL":                     {Ticket: "ftp://example.com"},
		"an update of a P0 is never held":  {Severity: "P0", Hold: "5m"},
		`--hold "soon" is not a time`:      {Hold: "soon"},
		`--date "yesterday" is not a time`: {Date: "yesterday"},
	} {
		var u incident.Update
		if err := typed.Fill(&u, c, incident.P3, false, now); err == nil || !strings.Contains(err.Error(), want) || !diag.IsUsage(err) || diag.HintOf(err) == "" {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestWindow(t *testing.T) {
	for _, c := range []struct {
		Window
		starts, ends time.Time
		err          string
	}{
		{Window{Start: "+1h", Duration: "90m"}, now.Add(time.Hour), now.Add(150 * time.Minute), ""},
		{Window{Start: "22:00", End: "21:00"}, now.Add(11*time.Hour + 56*time.Minute), now.Add(34*time.Hour + 56*time.Minute), ""},
		{Window{End: "+2h"}, time.Time{}, now.Add(2 * time.Hour), ""},
		{Window{Duration: "2h"}, time.Time{}, time.Time{}, ""}, // the start is missing
		{Window{End: "+2h", Duration: "2h"}, time.Time{}, time.Time{}, "--end and --duration both set the end"},
		{Window{Start: "+1h", Duration: "-2h"}, now.Add(time.Hour), time.Time{}, `--duration "-2h" is not a duration`},
		{Window{Start: "later"}, time.Time{}, time.Time{}, `--start "later" is not a time`},
	} {
		var u incident.Update
		err := c.Window.Fill(&u, time.UTC, now)
		if c.err == "" && err != nil || c.err != "" && (err == nil || err.Error() != c.err) || c.err == "" && (!u.Starts.Equal(c.starts) || !u.Ends.Equal(c.ends)) {
			t.Errorf("%+v: %s to %s, %v", c.Window, u.Starts, u.Ends, err)
		}
	}
	w := Window{End: "x"}
	if w.SetEnd("7d"); w != (Window{Duration: "7d"}) {
		t.Error(w)
	}
	if w.SetEnd("23:30"); w != (Window{End: "23:30"}) {
		t.Error(w)
	}
}

func TestDay(t *testing.T) {
	for text, want := range map[string]time.Time{
		"": now, "2026-10-01": time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), "2026-10-01T09:00:00Z": time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC),
	} {
		if got, err := Day("since", text, time.UTC, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %s %v", text, got, err)
		}
	}
	if _, err := Day("since", "October", time.UTC, now); !diag.IsUsage(err) {
		t.Error(err)
	}
}

func TestMoreComponents(t *testing.T) {
	state := incident.State{Affected: []incident.Affected{{Component: "api", Condition: incident.MajorOutage}}}
	others := []incident.Affected{{Component: "api"}, {Component: "web", Condition: incident.PartialOutage}}
	if d := cmp.Diff([]string{"api", "web=partial_outage"}, moreComponents(state, others)); d != "" {
		t.Error(d)
	}
	if more := moreComponents(state, others[:1]); more != nil {
		t.Error(more)
	}
	state.Exact = true
	if d := cmp.Diff([]string{"api=major_outage", "web=partial_outage"}, moreComponents(state, others)); d != "" {
		t.Error(d)
	}
}

func TestFollowUp(t *testing.T) {
	c := config.Default()
	at := now.Add(-time.Hour)
	first := incident.Update{ID: "01", Title: "x", Severity: incident.P1, Status: incident.Investigating, Date: at}
	incidentOf := func(updates ...incident.Update) incident.Case {
		return incident.Cases([]incident.Incident{{ID: "down", Updates: updates}}, nil, now)[0]
	}
	draft := first
	draft.Draft = true
	open, drafts := incidentOf(first), incidentOf(draft)
	resolved := incidentOf(first, incident.Update{ID: "02", Status: incident.Resolved, Date: at.Add(time.Minute)})
	work := incident.Cases(nil, []incident.Maintenance{{ID: "work", Updates: []incident.Update{{ID: "01", Status: incident.Scheduled, Date: at, Starts: now.Add(time.Hour), Ends: now.Add(2 * time.Hour)}}}}, now)[0]
	late := first
	late.Date = now.Add(time.Minute)
	later := first
	later.Date = now.Add(time.Hour)
	for _, test := range []struct {
		name string
		FollowUp
		note, hint string // the beginning
		date       time.Time
	}{
		{"the next status", FollowUp{Case: open, Status: incident.Identified}, "", "", now},
		{"a retraction", FollowUp{Case: open, Status: incident.Resolved, Retract: true}, "", "", now},
		{"after drafts", FollowUp{Case: drafts, Status: incident.Investigating}, "down has only drafts, which are not public: this update repeats their title, severity and components", "", now},
		{"clocks differ", FollowUp{Case: incidentOf(late), Status: incident.Identified}, "", "", late.Date},
		{"before the last one", FollowUp{Case: incidentOf(later), Status: incident.Identified}, "01 is dated later, 11:04 UTC: this update comes before it", "", now},
		{"reopened", FollowUp{Case: resolved, Status: incident.Identified}, "", "", now},
		{"maintenance is not retracted", FollowUp{Case: work, Status: incident.Completed, Retract: true}, "", `crier update work cancelled -m "..."`, now},
		{"a retraction of drafts", FollowUp{Case: drafts, Status: incident.Resolved, Retract: true}, "", "delete its folder, site/down", now},
		{"a severity of maintenance", FollowUp{Case: work, Status: incident.InProgress, Update: Update{Severity: "P1"}}, "", "leave out --severity", now},
		{"an ETA at the end", FollowUp{Case: open, Status: incident.Resolved, Update: Update{ETA: "+1h"}}, "", "leave out --eta", now},
		{"a late retraction", FollowUp{Case: resolved, Status: incident.Resolved, Retract: true}, "", "to retract it: add retracted: true", now},
		{"resolved twice", FollowUp{Case: resolved, Status: incident.Resolved}, "", "to correct its last update: crier amend down", now},
		{"a value", FollowUp{Case: open, Status: incident.Identified, Update: Update{Severity: "P9"}}, "", "valid values: P0", now},
	} {
		u, notes, err := test.Next(c, "site/down", now)
		hint, note := diag.HintOf(err), strings.Join(notes, "; ")
		if (hint == "") != (test.hint == "") || !strings.HasPrefix(hint, test.hint) || (note == "") != (test.note == "") || !strings.HasPrefix(note, test.note) {
			t.Errorf("%s: %v, %s, %s", test.name, err, hint, note)
		}
		if err == nil && (u.Status != test.Status || !u.Date.Equal(test.date) || u.ForRunbook().Retracted != test.Retract || test.Case.OnlyDrafts() && u.Title != "x") {
			t.Errorf("%s: %+v", test.name, u)
		}
	}
}

func TestInsteadOf(t *testing.T) {
	state := incident.State{Severity: incident.P2, Affected: []incident.Affected{{Component: "api"}}}
	typed := Update{Title: "API down", Severity: "P1", Components: []string{"web"}, Impact: "All.", Hold: "5m"}
	worse := incident.Update{Severity: incident.P1, Components: &incident.Components{List: []incident.Affected{{Component: "web"}}}}
	if d := cmp.Diff(Update{Severity: "P1", Components: []string{"api", "web"}, Impact: "All.", Hold: "5m"}, typed.InsteadOf(state, worse)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(Update{Impact: "All.", Hold: "5m"}, typed.InsteadOf(state, incident.Update{Severity: incident.P3})); d != "" {
		t.Error(d)
	}
}
