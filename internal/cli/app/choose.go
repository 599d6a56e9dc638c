package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/report"
)

// Find returns the case whose ID is part. Otherwise it returns the only open case whose ID contains
// part or, if no open one does, the only case whose ID contains it. A case that has only drafts
// doesn't count as open.
func Find(cases []incident.Case, part string) (incident.Case, error) {
	var open, any []incident.Case
	for _, c := range cases {
		if c.ID == part {
			return c, nil
		}
		if strings.Contains(strings.ToLower(c.ID), strings.ToLower(part)) {
			any = append(any, c)
			if c.Open() && !c.OnlyDrafts() {
				open = append(open, c)
			}
		}
	}
	if len(open) > 0 {
		any = bySeverity(open)
	}
	switch len(any) {
	case 1:
		return any[0], nil
	case 0:
		hint := "crier list shows all"
		if near := diag.Nearest(part, IDs(cases)); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return incident.Case{}, diag.Usage(fmt.Errorf("there is no incident %q", part), hint)
	}
	return incident.Case{}, diag.Usage(fmt.Errorf("%q matches %s", part, listed(any)), "write more of the name, such as "+any[0].ID)
}

// bySeverity sorts cases, the worst first. Maintenance, which has no severity, comes last.
func bySeverity(cases []incident.Case) []incident.Case {
	return slices.SortedStableFunc(slices.Values(cases), func(a, b incident.Case) int {
		return cmp.Compare(uint8(a.History.State().Severity)-1, uint8(b.History.State().Severity)-1)
	})
}

// listed numbers cases for a sentence, as questions do.
func listed(cases []incident.Case) string {
	var list []string
	for n, c := range cases {
		kind, _, _ := strings.Cut(c.Describe(), ",")
		list = append(list, fmt.Sprintf("%d. %s (%s)", n+1, c.ID, kind))
	}
	return report.Few(list)
}

func IDs(cases []incident.Case) []string {
	return report.Each(cases, func(c incident.Case) string { return c.ID })
}

// Choose returns the case that a command works on: the one that is named, else the only open
// incident, else the one that the user selects. With a status of maintenance, it is the only open
// maintenance instead.
func (a *App) Choose(ctx context.Context, cases []incident.Case, id, status, command string) (incident.Case, error) {
	if id != "" {
		return Find(cases, id)
	}
	_, planned := incident.ParseStatus(status, incident.MaintenanceStatuses[:])
	open := bySeverity(slices.DeleteFunc(slices.Clone(cases), func(c incident.Case) bool {
		return !c.Open() || c.Planned != planned || !planned && c.OnlyDrafts()
	}))
	switch {
	case len(open) == 1:
		return open[0], nil
	case a.Terminal.Interactive && len(cases) > 0:
		selectable := slices.DeleteFunc(slices.Clone(cases), func(c incident.Case) bool { return len(open) > 0 && !c.Open() })
		return a.Select(ctx, bySeverity(selectable))
	case len(open) == 0:
		return incident.Case{}, diag.Usage(fmt.Errorf("no incident is open"), fmt.Sprintf("name one: crier %s ID; crier list shows all", command))
	}
	return incident.Case{}, diag.Usage(fmt.Errorf("%d incidents are open: %s", len(open), listed(open)), fmt.Sprintf("name one: crier %s %s", command, strings.TrimSpace(open[0].ID+" "+status)))
}

func (a *App) Select(ctx context.Context, cases []incident.Case) (incident.Case, error) {
	var chosen incident.Case
	_, err := a.Ask(ctx, Question{Text: "Incident", Choices: caseChoices(cases), Check: func(answer string) (err error) {
		chosen, err = Find(cases, answer)
		return err
	}})
	return chosen, err
}

// Instead asks whether to update one of the open cases instead of opening another. It returns the
// zero value if not.
func (a *App) Instead(ctx context.Context, cases []incident.Case) (chosen incident.Case, err error) {
	if len(cases) == 1 {
		yes, err := a.Offer(ctx, "Update "+cases[0].ID+" instead")
		if yes {
			chosen = cases[0]
		}
		return chosen, err
	}
	const another = "new"
	choices := append(caseChoices(cases), Choice{another, "open another incident"})
	_, err = a.Ask(ctx, Question{Text: "Update one of them instead", Choices: choices, Fallback: another, Check: func(answer string) (err error) {
		if answer != another {
			chosen, err = Find(cases, answer)
		}
		return err
	}})
	return chosen, err
}

func caseChoices(cases []incident.Case) []Choice {
	return report.Each(cases, func(c incident.Case) Choice { return Choice{c.ID, c.Describe()} })
}

// Unread prints the files that could not be read if something was not found, because it may be in
// one of them.
func (a *App) Unread(s *Site, err error) error {
	if diag.IsUsage(err) {
		a.PrintFindings(diag.Mistakes(s.Findings))
	}
	return err
}
