package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
)

func updateCommand(a *app) *cobra.Command {
	var flags sayFlags
	command := &cobra.Command{
		Use:   "update [ID] [STATUS]",
		Short: "Write the next update of an incident or of maintenance",
		Long: `Write the next update of an incident or of maintenance.

ID is any part of its name that no other has; open ones come first, and with one incident open it may be left out. What the
flags do not say stays as it is; where all before are drafts, it is repeated. What is missing is asked for on a terminal, and is
an error elsewhere.`,
		Example: `  crier update api-down identified -m "A deployment exhausted the database's connections." --eta +20m --push
  crier update monitoring -c api=degraded_performance -m "The deployment is rolled back." --commit
  crier update db-upgrade in_progress -m "The upgrade has begun." --dry-run`,
		Args: atMost(2, "an incident and a status"),
		RunE: func(command *cobra.Command, args []string) error {
			return a.update(command.Context(), args, 0, flags)
		},
		ValidArgsFunction: a.completeUpdate,
	}
	flags.add(a, command)
	flags.addSeverity(a, command, "from now on: `P0`, P1, P2 or P3")
	command.Flags().StringVar(&flags.title, "title", "", "give the incident another `title`")
	return command
}

func resolveCommand(a *app) *cobra.Command {
	var flags sayFlags
	command := &cobra.Command{
		Use:   "resolve [ID]",
		Short: "Write the update that resolves an incident",
		Long: `Write the update that resolves an incident, or completes maintenance: the same as crier update ID resolved.

All components work again from its date on.`,
		Example: `  crier resolve api-down -m "Response times and error rates are back to normal." --push
  crier resolve -m "The API works as it should." --dry-run`,
		Args: atMost(1, "an incident"),
		RunE: func(command *cobra.Command, args []string) error {
			return a.update(command.Context(), args, incident.Resolved, flags)
		},
		ValidArgsFunction: a.completeOpen,
	}
	flags.add(a, command)
	return command
}

// atMost returns a validator that rejects more than n arguments.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if len(args) > n {
			return usageError{fmt.Errorf("%s takes %s, but got %d words", command.CommandPath(), what, len(args)), fmt.Sprintf("put a text into quotes, and see %s --help", command.CommandPath())}
		}
		return nil
	}
}

// update writes the next update. status is the status that the command implies, or 0 if the
// arguments state it.
func (a *app) update(ctx context.Context, args []string, status incident.Status, flags sayFlags) error {
	now := a.Now().UTC().Truncate(time.Second)
	l, err := a.forWriting(ctx, now)
	if err != nil {
		return err
	}
	all := subjects(l.content, now)
	id, word, err := idAndStatus(all, args, status)
	if err != nil {
		return a.unread(l, err)
	}
	s, err := a.choose(ctx, all, id, word, "update")
	if err != nil {
		return a.unread(l, err)
	}
	if status == incident.Resolved && s.planned {
		word = incident.Completed.String()
	}
	if word == "" {
		if word, err = a.askStatus(ctx, s); err != nil {
			return err
		}
	}
	u := incident.Update{}
	if u.Status, err = statusOf(word, s.statuses()); err != nil {
		return err
	}
	if s.planned && flags.severity != "" {
		return usageError{fmt.Errorf("maintenance has no severity"), "leave out --severity"}
	}
	state := s.history.State()
	if err := flags.fill(&u, l.config, state.Severity, s.planned, now); err != nil {
		return err
	}
	if !u.Draft && !s.told() {
		u = repeated(s.updates, u)
		what := "severity"
		if s.planned {
			what = "window"
		}
		fmt.Fprintf(a.Stderr, "note: %s has only drafts, which are not public: this update repeats their title, %s and components, unless flags say otherwise\n", s.id, what)
	}
	if last := s.history.Last().Update; last.Date.After(u.Date) {
		if flags.date == "" && !last.Date.After(now.Add(l.config.Rules.Tolerance)) {
			u.Date = last.Date // clocks differ, but the order of writing counts
		} else {
			fmt.Fprintf(a.Stderr, "note: %s is dated later, %s: this update comes before it\n", last.ID, clock(last.Date, now, l.config.Zone))
		}
	}
	if !flags.given() && !a.Terminal.Interactive {
		return missing(fmt.Sprintf(`write it like crier update %s %s -m "What is known now."`, s.id, u.Status), "the text (-m or -F)")
	}
	var text string
	if flags.given() {
		text, err = flags.read(a)
	} else {
		title := state.Title
		if u.Title != "" {
			title = u.Title
		}
		text, err = a.compose(ctx, "", append(around(l, u, title, now), before(l, s, now)...))
	}
	if err != nil {
		return err
	}
	return a.writeUpdate(ctx, l, s, u, text, flags.writeFlags, now)
}

// repeated returns u with the values that only the drafts before it state. Readers would not see
// them otherwise, because drafts are not public.
func repeated(drafts []incident.Update, u incident.Update) incident.Update {
	r := u.ForRunbook()
	over := u.Status == incident.Resolved || u.Status == incident.Completed || u.Status == incident.Cancelled
	for _, d := range slices.Backward(drafts) {
		u.Title = cmp.Or(u.Title, d.Title)
		u.Severity = cmp.Or(u.Severity, d.Severity)
		if u.Components == nil {
			u.Components = d.Components
		}
		if !over && u.Impact == "" {
			u.Impact = d.Impact
		}
		if !over && u.ETA.IsZero() {
			u.ETA = d.ETA
		}
		if u.Starts.IsZero() {
			u.Starts = d.Starts
		}
		if u.Ends.IsZero() {
			u.Ends = d.Ends
		}
		said := d.ForRunbook()
		r.Security, r.DataLoss = cmp.Or(r.Security, said.Security), r.DataLoss || said.DataLoss
		u.Aliases = append(u.Aliases, d.Aliases...)
	}
	if r.Security != "" || r.DataLoss {
		u.Runbook = &r
	}
	return u
}

// unread prints the files that could not be read if something was not found, because it may be in
// one of them.
func (a *app) unread(l *loaded, err error) error {
	var usage usageError
	if errors.As(err, &usage) {
		a.printFindings(diag.Mistakes(l.findings))
	}
	return err
}

// idAndStatus parses arguments that are an incident, a status or both.
func idAndStatus(all []subject, args []string, status incident.Status) (id, word string, err error) {
	if status != 0 {
		return strings.Join(args, ""), status.String(), nil
	}
	if len(args) == 2 {
		return args[0], args[1], nil
	}
	if len(args) == 0 {
		return "", "", nil
	}
	any := slices.Concat(incident.IncidentStatuses[:], incident.MaintenanceStatuses[:])
	if s, err := statusOf(args[0], any); err == nil {
		return "", s.String(), nil
	}
	if _, err := find(all, args[0]); err != nil {
		if near := diag.Nearest(args[0], words(any)); near != "" && diag.Nearest(args[0], names(all)) == "" {
			return "", "", usageError{fmt.Errorf("%q is neither a status nor an incident", args[0]), fmt.Sprintf("did you mean %q?", near)}
		}
		return "", "", err
	}
	return args[0], "", nil
}

// choose returns the subject of a command: the one that is named, else the only open incident, else
// the one that the user selects.
func (a *app) choose(ctx context.Context, all []subject, id, status, command string) (subject, error) {
	if id != "" {
		return find(all, id)
	}
	open := openIncidents(all)
	if s, ok := incident.ParseStatus(status, incident.MaintenanceStatuses[:]); ok && s != 0 {
		open = slices.DeleteFunc(slices.Clone(all), func(s subject) bool { return !s.planned || !s.open() })
	}
	switch {
	case len(open) == 1:
		return open[0], nil
	case a.Terminal.Interactive && len(all) > 0:
		var chosen subject
		var choices []choice
		for _, s := range all {
			if s.open() || len(open) == 0 {
				choices = append(choices, choice{s.id, s.describe()})
			}
		}
		_, err := a.ask(ctx, question{text: "Incident (Tab shows them)", choices: choices, check: func(answer string) (err error) {
			chosen, err = find(all, answer)
			return err
		}})
		return chosen, err
	case len(open) == 0:
		return subject{}, usageError{fmt.Errorf("no incident is open"), fmt.Sprintf("name one: crier %s ID; crier list shows them all", command)}
	}
	return subject{}, usageError{fmt.Errorf("%d incidents are open: %s", len(open), few(names(open))), fmt.Sprintf("name one: crier %s %s", command, strings.TrimSpace(open[0].id+" "+status))}
}

func (a *app) askStatus(ctx context.Context, s subject) (string, error) {
	if !a.Terminal.Interactive {
		return "", missing(fmt.Sprintf("write it like crier update %s %s; valid values: %s", s.id, s.statuses()[1], strings.Join(words(s.statuses()), ", ")), "STATUS")
	}
	q := question{text: "Status of " + s.id, check: func(answer string) error {
		_, err := statusOf(answer, s.statuses())
		return err
	}}
	for _, status := range s.statuses() {
		q.choices = append(q.choices, choice{status.String(), ""})
	}
	return a.ask(ctx, q)
}

// before returns the previous update as notes for the editor.
func before(l *loaded, s subject, now time.Time) []string {
	last := s.updates[len(s.updates)-1]
	lines := []string{"", fmt.Sprintf("Before, at %s: [%s]", clock(last.Date, now, l.config.Zone), last.Status.Word())}
	if document := l.content.Documents[last.Path]; document != nil {
		for line := range strings.Lines(document.Text) {
			lines = append(lines, "  "+strings.TrimSpace(line))
		}
	}
	for _, line := range templateLines(last, l.config.Zone) {
		lines = append(lines, "  "+line)
	}
	state := s.history.State()
	if shown := templateLines(incident.Update{Impact: state.Impact, ETA: state.ETA}, l.config.Zone); len(shown) > 0 && s.open() {
		lines = append(append(lines, "", "Shown while it is open, until --impact and --eta say otherwise:"), shown...)
	}
	return lines
}

// writeUpdate composes the file of an update and writes it.
func (a *app) writeUpdate(ctx context.Context, l *loaded, s subject, u incident.Update, text string, flags writeFlags, now time.Time) error {
	title := s.history.State().Title
	if u.Title != "" {
		title = u.Title
	}
	f := file{text: compose.Update(u, text), message: template(title, u, text, l.config.Zone)}
	f.another = nextFile(u.Status)
	entries, err := os.ReadDir(filepath.Join(a.path(a.site), filepath.FromSlash(s.folder)))
	if err != nil {
		return hinted{fmt.Errorf("cannot look into the folder: %w", err), "see that you may read " + a.shown(s.folder)}
	}
	var beside []string
	for _, entry := range entries {
		beside = append(beside, entry.Name())
	}
	f.path = path.Join(s.folder, compose.File(beside, u.Status.String()))
	u.ID, u.Path = strings.TrimSuffix(path.Base(f.path), ".md"), f.path
	if s.planned {
		f.follows = followsPlanned(l.config, incident.Maintenance{ID: s.id, Path: s.folder, Updates: append(slices.Clone(s.updates), u)}, u, now)
		return a.write(ctx, f, flags)
	}
	i := incident.Incident{ID: s.id, Path: s.folder, Updates: append(slices.Clone(s.updates), u), Postmortem: s.post}
	switch {
	case s.open():
	case u.Status == incident.Resolved:
		f.follows = append(f.follows, fmt.Sprintf("It was resolved before, at %s.", clock(s.history.End(), now, l.config.Zone)))
	default:
		f.follows = append(f.follows, fmt.Sprintf("This reopens %s, which was resolved at %s.", s.id, clock(s.history.End(), now, l.config.Zone)))
	}
	f.follows = append(f.follows, follows(l.config, i, u, now)...)
	a.printFindings(remarks(l, i, u, f.text, now))
	return a.write(ctx, f, flags)
}

// nextFile returns a function that names an update with a higher number than those beside it.
func nextFile(status incident.Status) func(own string, others []string) string {
	return func(own string, others []string) string {
		folder := path.Dir(own)
		var beside []string
		free := true
		for _, other := range others {
			if path.Dir(other) == folder {
				beside = append(beside, other)
				free = free && compose.Number(other) < compose.Number(own)
			}
		}
		if free {
			return own
		}
		return path.Join(folder, compose.File(beside, status.String()))
	}
}
