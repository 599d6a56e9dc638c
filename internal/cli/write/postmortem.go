package write

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/typed"
)

func newPostmortem(a *app.App) *cobra.Command {
	o := &postmortemOptions{fileOptions{App: a}}
	command := &cobra.Command{
		Use:   "postmortem [ID]",
		Short: "Start the post-mortem of an incident",
		Long: `Start the post-mortem of an incident: write postmortem.md beside its updates, from the runbook's template.

Severity, times, impact and the timeline are filled in from the updates. It is a draft, which is not public, until you delete
draft: true. ID may be left out if exactly one resolved incident has no post-mortem yet.`,
		Example: `  crier postmortem slow-dashboard --dry-run
  crier postmortem slow-dashboard --commit`,
		Args: app.Arguments(0, 1, "an incident"),
		RunE: func(command *cobra.Command, args []string) error {
			return o.run(command.Context(), strings.Join(args, ""))
		},
		ValidArgsFunction: a.CompleteID(false),
	}
	o.flags(command)
	return command
}

type postmortemOptions struct{ fileOptions }

func (o *postmortemOptions) run(ctx context.Context, id string) error {
	now, site, err := o.start(ctx)
	if err != nil {
		return err
	}
	c, err := o.choose(ctx, site.Cases(now), id)
	if err != nil {
		return o.Unread(site, err)
	}
	name := path.Join(c.Path, "postmortem.md")
	switch {
	case c.Planned:
		return diag.Usage(fmt.Errorf("%s is maintenance, which has no post-mortem", c.ID), "name an incident; crier list shows all")
	case c.Postmortem != nil && c.Postmortem.Draft:
		return diag.Hinted(fmt.Errorf("%s already has a post-mortem, which is a draft", c.ID), "edit "+o.Shown(name)+", then delete draft: true")
	case c.Postmortem != nil:
		return diag.Hinted(fmt.Errorf("%s already has a post-mortem", c.ID), "edit "+o.Shown(name))
	}
	f := file{path: name, draft: true, text: compose.Postmortem(c.History, site.Config.Zone, now), message: fmt.Sprintf("Start the post-mortem of %s", c.ID)}
	f.another = func(own string, _ []string) string { return own }
	f.next = []string{"Replace the text in [brackets], then delete draft: true; public: true shows it below the incident."}
	if c.Open() {
		f.next = append(f.next, fmt.Sprintf("%s is not resolved yet: the timeline ends with its last update.", c.ID))
	}
	for _, d := range site.Config.Rules.Deadlines(incident.Incident{ID: c.ID, Path: c.Path, Updates: c.Updates}, nil, now) {
		if d.Rule == policy.Meeting || d.Rule == policy.Postmortem {
			f.next = append(f.next, fmt.Sprintf("Due %s: %s.", policy.Clock(d.Due, now, site.Config.Zone), d.Owed))
		}
	}
	return o.write(ctx, site, f)
}

// choose returns the incident with the given ID or, if id is empty, the only resolved one without a
// post-mortem.
func (o *postmortemOptions) choose(ctx context.Context, cases []incident.Case, id string) (incident.Case, error) {
	if id != "" {
		return typed.Case(cases, id)
	}
	only, choices, err := typed.OnlyWithoutPostmortem(cases, o.Shown)
	if err != nil && o.Terminal.Interactive && len(choices) > 0 {
		return o.Select(ctx, choices)
	}
	return only, err
}
