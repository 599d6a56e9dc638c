package compose

import (
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

func TestMarkedFile(t *testing.T) {
	updates := []incident.Update{
		{ID: "01", Path: "a/01.md", Status: incident.Investigating, Date: ten},
		{ID: "02", Path: "a/02.md", Status: incident.Identified, Date: ten.Add(time.Hour)},
		{ID: "03", Path: "a/03.md", Status: incident.Monitoring, Date: ten.Add(-time.Hour), Draft: true},
	}
	caseOf := func(change func(*incident.Incident)) incident.Case {
		i := incident.Incident{ID: "a", Updates: updates}
		change(&i)
		return incident.Cases([]incident.Incident{i}, nil, ten)[0]
	}
	none := func(*incident.Incident) {}
	postmortem := func(i *incident.Incident) { i.Postmortem = &incident.Postmortem{Path: "a/postmortem.md"} }
	drafts := func(i *incident.Incident) { i.Updates = updates[2:] }
	for _, c := range []struct {
		name  string
		in    incident.Case
		marks []string
		now   time.Time
		want  string // a path, or the beginning of a hint
	}{
		{"the last update that is public", caseOf(none), []string{"acknowledged"}, ten.Add(time.Minute), "a/01.md"},
		{"the last update", caseOf(none), []string{"acknowledged"}, ten.Add(time.Hour), "a/02.md"},
		{"the post-mortem", caseOf(postmortem), []string{"meeting"}, ten, "a/postmortem.md"},
		{"no post-mortem", caseOf(none), []string{"meeting"}, ten, "crier postmortem a && crier mark a meeting"},
		{"two files", caseOf(postmortem), []string{"notified", "meeting"}, ten, "mark it alone"},
		{"only drafts", caseOf(drafts), []string{"notified"}, ten, "write a public update: crier update a investigating"},
		{"maintenance", incident.Case{ID: "a", Planned: true}, []string{"notified"}, ten, "name an incident"},
	} {
		got, err := MarkedFile(c.in, c.marks, c.now)
		if got += diag.HintOf(err); got == "" || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s %v", c.name, got, err)
		}
	}
}

func TestMark(t *testing.T) {
	escalated := &incident.Runbook{Escalated: map[string]time.Time{"lead": ten}}
	c := incident.Case{ID: "a", Updates: []incident.Update{{Path: "a/01.md"}, {Path: "a/02.md", Runbook: escalated}}}
	for text, want := range map[string]string{
		"---\nstatus: identified\n---\nx\n":    "---\nstatus: identified\nacknowledged: 2026-10-02T11:04:00Z\nescalated: {lead: 2026-10-02T10:04:00Z, cto: 2026-10-02T11:04:00Z}\n---\nx\n",
		"+++\nstatus = 'identified'\n+++\nx\n": "+++\nstatus = 'identified'\nacknowledged = 2026-10-02T11:04:00Z\nescalated = {lead = 2026-10-02T10:04:00Z, cto = 2026-10-02T11:04:00Z}\n+++\nx\n",
	} {
		got, err := Mark(c, "a/02.md", text, []string{"acknowledged", "escalated=cto"}, ten.Add(time.Hour))
		if err != nil || got != want {
			t.Errorf("%s%v", got, err)
		}
	}
	if _, err := Mark(c, "a/02.md", "no front matter", []string{"notified"}, ten); diag.HintOf(err) != "add notified: 2026-10-02T10:04:00Z to its front matter by hand" {
		t.Error(err, diag.HintOf(err))
	}
	if len(escalated.Escalated) != 1 {
		t.Error("the update itself was changed")
	}
}

func TestCorrection(t *testing.T) {
	all := Correction{Title: "API down", Impact: "Writes: fail.", ETA: incident.ETA{Time: ten}, Body: "We look."}
	for text, want := range map[string]string{
		"---\ntitle: API dwon\neta: unknown\n---\nx\n":     "---\ntitle: API down\neta: 2026-10-02T10:04:00Z\nimpact: \"Writes: fail.\"\n---\nWe look.\n",
		"+++\ntitle = \"API dwon\"\neta = \"?\"\n+++\nx\n": "+++\ntitle = \"API down\"\neta = 2026-10-02T10:04:00Z\nimpact = \"Writes: fail.\"\n+++\nWe look.\n",
	} {
		if got, err := all.Apply(text); err != nil || got != want {
			t.Errorf("%s%v", got, err)
		}
	}
	const same = "---\ntitle: x\n---\ny\n"
	if got, err := (Correction{}).Apply(same); err != nil || got != same {
		t.Errorf("%s%v", got, err)
	}
	if got, err := (Correction{ETA: incident.ETA{Words: "within the hour"}}).Apply(same); err != nil || got != "---\ntitle: x\neta: within the hour\n---\ny\n" {
		t.Errorf("%s%v", got, err)
	}
	if _, err := (Correction{Title: "y"}).Apply("no front matter"); diag.HintOf(err) != "correct the file by hand" {
		t.Error(err)
	}
}

func TestFirstFile(t *testing.T) {
	there := map[string]bool{"content/incidents/2026/2026-10-02-api-down-2": true}
	n := NewCase{
		Section: "incidents", Existing: []string{"content/incidents/2026/2026-10-02-API-down"}, Day: ten, Title: "API down", Word: "incident",
		Exists: func(folder string) bool { return there[folder] },
	}
	name, another := n.FirstFile("investigating")
	if name != "content/incidents/2026/2026-10-02-api-down-3/01-investigating.md" {
		t.Error(name)
	}
	if same := another(name, []string{"content/incidents/2026/x/01.md"}); same != name {
		t.Error(same)
	}
	if next := another(name, []string{name}); next != "content/incidents/2026/2026-10-02-api-down-4/01-investigating.md" {
		t.Error(next)
	}
}
