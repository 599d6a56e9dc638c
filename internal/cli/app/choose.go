package app

import (
	"context"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/typed"
)

// Choose returns the case that a command works on: the one that is named, else the only open
// incident, else the one that the user selects. With a status of maintenance, it is the only open
// maintenance instead.
func (a *App) Choose(ctx context.Context, cases []incident.Case, id, status, command string) (incident.Case, error) {
	if id != "" {
		return typed.Case(cases, id)
	}
	only, choices, err := typed.OnlyCase(cases, status, command)
	if err != nil && a.Terminal.Interactive && len(choices) > 0 {
		return a.Select(ctx, choices)
	}
	return only, err
}

func (a *App) Select(ctx context.Context, cases []incident.Case) (incident.Case, error) {
	var chosen incident.Case
	_, err := a.Ask(ctx, Question{Text: "Incident", Choices: caseChoices(cases), Check: func(answer string) (err error) {
		chosen, err = typed.Case(cases, answer)
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
			chosen, err = typed.Case(cases, answer)
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
func (a *App) Unread(s *clone.Site, err error) error {
	if diag.IsUsage(err) {
		a.PrintMistakes(s, false)
	}
	return err
}
