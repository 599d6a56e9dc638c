package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/check"
)

type pendingFlags struct {
	at, format, changedSince, comment string
	account                           account
}

func pendingCommand(a *app) *cobra.Command {
	var flags pendingFlags
	command := &cobra.Command{
		Use:   "pending",
		Short: "Show what is not public yet, and when it will be",
		Long: `Show what is not public yet: updates that are held back, dated ahead, or drafts; and when each goes out.

With --changed-since it shows what a branch brings to the public, changes there or takes away, and when. With --comment that
stands in one comment on a pull request, which is kept up to date. The Markdown and the comment hold ids only, and nothing
of security incidents.`,
		Example: `  crier pending
  crier pending --changed-since origin/main --format markdown`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.pending(command.Context(), flags) },
	}
	command.Flags().StringVar(&flags.at, "at", "", "as of this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&flags.changedSince, "changed-since", "", "show what changed since this `revision`, such as origin/main")
	command.Flags().StringVar(&flags.comment, "comment", "", "keep a comment on this `pull request`, OWNER/NAME#NUMBER")
	command.Flags().StringVar(&flags.format, "format", "text", "`form`: text, markdown or json")
	completeWords(command, "format", "text", "markdown", "json")
	flags.account.flags(command)
	return command
}

// changes returns the files that changed since a revision.
func (a *app) changes(ctx context.Context, revision string) (map[string]git.Change, error) {
	changes, err := git.Changes(ctx, a.path(a.site), revision)
	if err != nil {
		return nil, hinted{err, "name a revision that this clone has, such as origin/main"}
	}
	return changes, nil
}

func (a *app) pending(ctx context.Context, flags pendingFlags) error {
	if err := oneOf("format", flags.format, "text", "markdown", "json"); err != nil {
		return err
	}
	number := 0
	var repository githubissue.Repository
	if flags.comment != "" {
		place, digits, _ := strings.Cut(flags.comment, "#")
		var err, bad error
		repository, err = githubissue.ParseRepository(place)
		number, bad = strconv.Atoi(digits)
		if err != nil || bad != nil || number < 1 || flags.format != "text" {
			return usageError{fmt.Errorf("--comment %q cannot be done", flags.comment), "write it like --comment example/status#12, without --format"}
		}
	}
	now, err := a.instant(flags.at)
	if err != nil {
		return err
	}
	l, err := a.load(ctx, now)
	if err != nil {
		if l != nil {
			a.printFindings(l.findings)
		}
		return err
	}
	open := flags.comment != "" || flags.format == "markdown"
	unread := diag.Mistakes(l.findings)
	if open {
		unread, _ = l.content.WithoutSecrets(unread)
	}
	a.printFindings(unread)
	input := check.PendingInput{Content: l.content, Rules: l.config.Rules, Now: now}
	if flags.changedSince != "" {
		changes, err := a.changes(ctx, flags.changedSince)
		if err != nil {
			return err
		}
		input.Changes = map[string]check.Change{}
		for name, change := range changes {
			input.Changes[name] = check.Change(change)
		}
	}
	lines := check.Pending(input)
	view := outlookView{changed: input.Changes != nil, zone: l.config.Zone}
	switch {
	case flags.comment != "":
		return a.pendingComment(ctx, flags, repository, number, view.markdown(lines))
	case flags.format == "markdown":
		text := view.markdown(lines)
		if text == "" {
			text = view.nothing() + "\n"
		}
		fmt.Fprint(a.Stdout, text)
	case flags.format == "json":
		return a.writeJSON(view.json(lines))
	case len(lines) == 0:
		fmt.Fprintln(a.Stdout, view.nothing())
	default:
		table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "WHAT\tSEVERITY\tSTATUS\tPUBLIC\tWANTED BY")
		for _, line := range lines {
			fmt.Fprintln(table, strings.Join([]string{view.name(line), view.severity(line), view.status(line), view.when(line), view.due(line)}, "\t"))
		}
		table.Flush()
	}
	return nil
}

func (a *app) pendingComment(ctx context.Context, flags pendingFlags, repository githubissue.Repository, number int, text string) error {
	client, err := a.client(flags.account)
	if err != nil {
		return err
	}
	comment := githubissue.Comment{Mark: "<!-- crier: pending -->", Body: text, Over: "Nothing in public changes by this any more."}
	change, err := comment.Keep(ctx, client, repository, number)
	var refused *githubissue.DeniedError
	switch {
	case errors.As(err, &refused):
		return hinted{err, "give the job \"permissions: pull-requests: write\"; the token of a pull request from a fork never has it: write the summary of the job instead (--format markdown)"}
	case err != nil:
		return denied(err)
	}
	fmt.Fprintf(a.Stdout, "The comment on %s#%d is %s.\n", repository, number, change)
	return nil
}

// outlookView formats pending updates for people.
type outlookView struct {
	changed bool // describes a change, not what is pending
	zone    *time.Location
}

func (v outlookView) nothing() string {
	if v.changed {
		return "Nothing in public changes."
	}
	return "Everything is public."
}

func (v outlookView) name(l check.PendingUpdate) string {
	name := l.ID
	if l.Update != "" {
		name += "/" + l.Update
	}
	switch l.Kind {
	case "incident", "site":
		return name
	}
	return l.Kind + " " + name
}

func (v outlookView) severity(l check.PendingUpdate) string {
	if l.Severity == 0 || l.Change == check.Removed {
		return ""
	}
	return l.Severity.String()
}

func (v outlookView) status(l check.PendingUpdate) string {
	if l.Status == 0 {
		return ""
	}
	return l.Status.String()
}

func (v outlookView) stamp(t time.Time) string { return t.In(v.zone).Format("2006-01-02 15:04 MST") }

// when describes when a line becomes public, and why then.
func (v outlookView) when(l check.PendingUpdate) string {
	switch {
	case l.Change == check.Removed:
		return "goes at once; links to it break"
	case l.Draft:
		return "never: it is a draft"
	case !l.At.IsZero():
		return v.stamp(l.At) + reasons[l.Reason]
	case l.Kind == "site":
		return "at once, on every page"
	case l.Change == check.Edited:
		return "changes at once"
	}
	return "at once"
}

var reasons = map[policy.Reason]string{
	policy.Immediate: ": its date", policy.Held: ": held until then", policy.Batched: ": with the next batch",
	policy.DeadlineReached: ": its deadline", policy.Together: ": with a later update",
}

func (v outlookView) due(l check.PendingUpdate) string {
	if l.Due.IsZero() || l.Draft || l.Change == check.Edited || l.Change == check.Removed {
		return ""
	}
	return v.stamp(l.Due)
}

// markdown formats the lines for a pull request. Removed files of security incidents are only
// counted. It returns "" if there is nothing to report.
func (v outlookView) markdown(lines []check.PendingUpdate) string {
	rows := [][]string{{"What", "severity", "status", "public", "wanted by"}}
	gone := 0
	for _, l := range lines {
		switch {
		case !l.Secret:
			rows = append(rows, []string{v.name(l), v.severity(l), v.status(l), v.when(l), v.due(l)})
		case l.Change == check.Removed:
			gone++
		}
	}
	if len(rows) == 1 && gone == 0 {
		return ""
	}
	heading := "What is not public yet"
	if v.changed {
		heading = "What this changes in public, once it is merged"
	}
	text := ""
	if len(rows) > 1 {
		text = markdownTable(heading, rows)
	}
	if gone > 0 {
		text += fmt.Sprintf("\nBesides, %s of incidents that are no more: their pages go at once.\n", count(gone, "file"))
	}
	return strings.TrimPrefix(text, "\n")
}
