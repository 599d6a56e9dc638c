package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/compose"
)

func postmortemCommand(a *app) *cobra.Command {
	var flags writeFlags
	command := &cobra.Command{
		Use:   "postmortem [ID]",
		Short: "Begin the post-mortem of an incident",
		Long: `Begin the post-mortem of an incident: write postmortem.md beside its updates, from the runbook's template.

Severity, times, impact and the timeline are filled in from the updates. It is a draft and not public, until its front matter
says otherwise. ID may be left out when one resolved incident has no post-mortem yet.`,
		Example: `  crier postmortem slow-dashboard --dry-run
  crier postmortem slow-dashboard --commit`,
		Args: atMost(1, "an incident"),
		RunE: func(command *cobra.Command, args []string) error {
			return a.postmortem(command.Context(), strings.Join(args, ""), flags)
		},
		ValidArgsFunction: a.completeIncidents,
	}
	flags.add(command)
	return command
}

func (a *app) postmortem(ctx context.Context, id string, flags writeFlags) error {
	now := a.Now().UTC().Truncate(time.Second)
	l, err := a.forWriting(ctx, now)
	if err != nil {
		return err
	}
	s, err := a.chooseForPostmortem(ctx, subjects(l.content, now), id)
	if err != nil {
		return a.unread(l, err)
	}
	name := path.Join(s.folder, "postmortem.md")
	switch {
	case s.planned:
		return usageError{fmt.Errorf("%s is planned work, which has no post-mortem", s.id), "name an incident; crier list shows them"}
	case s.post != nil:
		return hinted{fmt.Errorf("%s has its post-mortem already", s.id), "edit " + a.shown(name)}
	}
	f := file{path: name, text: compose.Postmortem(s.history, l.config.Zone, now), message: fmt.Sprintf("Begin the post-mortem of %s", s.id)}
	f.another = func(own string, _ []string) string { return own }
	f.follows = []string{"Fill in what stands in [brackets], then delete draft: true; public: true shows it below the incident."}
	if s.open() {
		f.follows = append(f.follows, fmt.Sprintf("%s is not resolved yet: the timeline ends with its last update.", s.id))
	}
	for _, i := range l.content.Incidents {
		if i.ID != s.id {
			continue
		}
		for _, d := range l.config.Rules.Deadlines(i, nil, now) {
			if d.Rule == policy.Meeting || d.Rule == policy.Postmortem {
				f.follows = append(f.follows, fmt.Sprintf("Due %s: %s.", clock(d.Due, now, l.config.Zone), d.Owed))
			}
		}
	}
	return a.write(ctx, f, flags)
}

// chooseForPostmortem returns the incident with the given ID or, if id is empty, the only one
// without a post-mortem.
func (a *app) chooseForPostmortem(ctx context.Context, all []subject, id string) (subject, error) {
	if id != "" {
		return find(all, id)
	}
	var lacking []subject
	var choices []choice
	for _, s := range all {
		if !s.planned && !s.open() && s.post == nil {
			lacking = append(lacking, s)
			choices = append(choices, choice{s.id, s.describe()})
		}
	}
	switch {
	case len(lacking) == 1:
		return lacking[0], nil
	case len(lacking) == 0:
		return subject{}, usageError{errors.New("no resolved incident lacks a post-mortem"), "name one: crier postmortem ID; crier list shows them"}
	case a.Terminal.Interactive:
		var chosen subject
		_, err := a.ask(ctx, question{text: "Incident (Tab shows them)", choices: choices, check: func(answer string) (err error) {
			chosen, err = find(all, answer)
			return err
		}})
		return chosen, err
	}
	return subject{}, usageError{fmt.Errorf("%d incidents have no post-mortem: %s", len(lacking), few(names(lacking))), "name one: crier postmortem " + lacking[0].id}
}
