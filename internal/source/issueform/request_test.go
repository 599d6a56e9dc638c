package issueform

import (
	"errors"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

const issueURL = "https://github.com/example/status/issues/1"

// written returns an incident that was opened by an issue, and another one.
func written(at time.Time) []incident.Case {
	return incident.Cases([]incident.Incident{
		{ID: "2026-10-02-down", Updates: []incident.Update{
			{ID: "01", Severity: incident.P1, Status: incident.Investigating, Date: at, Runbook: &incident.Runbook{Ticket: issueURL}},
			{ID: "02", Status: incident.Identified, Date: at.Add(time.Minute)},
		}},
		{ID: "2026-10-02-slow", Updates: []incident.Update{{ID: "01", Severity: incident.P3, Status: incident.Investigating, Date: at}}},
	}, nil, at)
}

func TestUnderstand(t *testing.T) {
	c := configOf(t, components)
	cases := written(time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC))
	form := "### Severity\n\nP1: x\n\n### Affected components\n\n- [X] API\n\n### Impact\n\n_No response_\n\n### ETA\n\n_No response_\n\n### What do readers need to know?\n\nAll is down."
	comment := func(body string) Event { return Event{Issue: issueURL, Comment: true, Body: body} }
	byHand := func(in ...string) Event {
		inputs := map[string]string{}
		for n := 0; n < len(in); n += 2 {
			inputs[in[n]] = in[n+1]
		}
		return Event{Inputs: inputs}
	}
	for _, test := range []struct {
		name    string
		event   Event
		ok      bool
		command Command
		about   string // the title, or the incident
		status  incident.Status
		text    string
		hint    string // the beginning of the mistake's
	}{
		{"a form", Event{Issue: issueURL, Title: "Down", Body: form}, true, Open, "Down", 0, "All is down.", ""},
		{"another issue", Event{Issue: issueURL, Title: "Down", Body: "All is down."}, false, Open, "Down", 0, "", ""},
		{"a form with another component", Event{Issue: issueURL, Title: "Down", Body: strings.Replace(form, "API", "APY", 1)}, true, Open, "Down", 0, "All is down.", `did you mean "API"?`},
		{"an update", comment("/update monitoring It works."), true, Update, "2026-10-02-down", incident.Monitoring, "It works.", ""},
		{"the same status", comment("/update Still at it."), true, Update, "2026-10-02-down", incident.Identified, "Still at it.", ""},
		{"a resolution", comment("/resolve It works."), true, Resolve, "2026-10-02-down", incident.Identified, "It works.", ""},
		{"a correction", comment("/amend 1 It was down."), true, Amend, "2026-10-02-down", incident.Identified, "It was down.", ""},
		{"no text", comment("/update"), true, Update, "2026-10-02-down", incident.Identified, "", "write /update"},
		{"a remark", comment("I see."), false, 0, "2026-10-02-down", incident.Identified, "", ""},
		{"a comment elsewhere", Event{Issue: issueURL + "2", Comment: true, Body: "/update x y"}, false, 0, "", 0, "", ""},
		{"opened by hand", byHand("title", "Down", "severity", "P0: critical", "text", "All is down."), true, Open, "Down", 0, "All is down.", ""},
		{"without severity", byHand("title", "Down", "text", "All is down."), true, Open, "Down", 0, "All is down.", "valid values: P0"},
		{"updated by hand", byHand("incident", "slow", "status", "monitoring", "eta", "+1h", "text", "x y"), true, Update, "2026-10-02-slow", incident.Monitoring, "x y", ""},
		{"unchanged", byHand("incident", "slow", "status", "unchanged", "text", "x y"), true, Update, "2026-10-02-slow", incident.Investigating, "x y", ""},
		{"an unknown incident", byHand("incident", "fast", "text", "x y"), true, Update, "", 0, "x y", "crier list shows all"},
		{"an unknown status", byHand("incident", "slow", "status", "fixed", "text", "x y"), true, Update, "2026-10-02-slow", 0, "x y", "valid values: investigating"},
	} {
		r, ok, err := Understand(c, cases, test.event)
		hint := diag.HintOf(err)
		if ok != test.ok || r.Command != test.command || r.Title+r.Case.ID != test.about || r.Status != test.status || r.Text != test.text || (hint == "") != (test.hint == "") || !strings.HasPrefix(hint, test.hint) {
			t.Errorf("%s: %+v %v %v %s", test.name, r, ok, err, hint)
		}
	}
}

func TestWritten(t *testing.T) {
	c := Comment{Text: "It was down."}
	for file, want := range map[string]bool{"---\ntitle: x\n---\nIt was down.\n": true, "---\ntitle: x\n---\nOld.\n": false} {
		if c.Written(file) != want {
			t.Errorf("%s: not %v", file, want)
		}
	}
}

func TestAnswer(t *testing.T) {
	c := configOf(t, components)
	at := time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	now := at.Add(5 * time.Minute)
	cases := written(at)
	const page = "https://status.example.com/incidents/2026-10-02-slow/"
	for _, test := range []struct {
		Answer
		want string
	}{
		{Answer{}, "Written, but not public yet."},
		{Answer{Page: page, Failed: diag.Hinted(errors.New("no connection"), "try again")}, "Not public yet: no connection\n\nHint: try again"},
		{Answer{Page: page}, "Published, but not yet seen at " + page},
		{Answer{Page: page, Visible: true}, "Live: " + page},
		{Answer{Page: page, Visible: true, Since: at}, "Live since 10:00 UTC: " + page},
	} {
		text := test.Text(c, cases[1], now)
		if !strings.HasPrefix(text, test.want+"\n- due ") {
			t.Errorf("%+v: %s", test.Answer, text)
		}
		cases[1].Planned = true // for which nothing is due
		if text := test.Text(c, cases[1], now); text != test.want {
			t.Errorf("%+v: %s", test.Answer, text)
		}
		cases[1].Planned = false
	}
}
