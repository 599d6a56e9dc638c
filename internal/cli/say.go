package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/source/markdown"
)

// sayFlags are the flags for the content of an update that new, update, resolve and maintenance
// share.
type sayFlags struct {
	writeFlags
	messageFlags
	title, severity, impact, eta, date, hold string
	components                               []string
	draft                                    bool
}

// add defines the flags that all of these commands have.
func (f *sayFlags) add(a *app, command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVarP(&f.components, "component", "c", nil, "an affected component's `id`, or several with commas; api=major_outage states its condition; '' means none")
	flags.StringVarP(&f.impact, "impact", "i", "", "what is affected, in a `line`")
	flags.StringVar(&f.eta, "eta", "", "when it is expected to end: a `time` (+45m, 11:00, RFC 3339) or words")
	flags.StringVar(&f.date, "date", "", "when this was true, a `time` such as -5m, 10:04 or RFC 3339; otherwise now")
	flags.StringVar(&f.hold, "hold", "", "keep an update of a P2 or P3 back for a `duration`, or until a time")
	flags.BoolVar(&f.draft, "draft", false, "write a draft, which is not public until draft: is deleted")
	f.messageFlags.add(command)
	f.writeFlags.add(command)
	complete(command, "component", a.completeComponents)
}

func (f *sayFlags) addSeverity(a *app, command *cobra.Command, usage string) {
	command.Flags().StringVarP(&f.severity, "severity", "s", "", usage)
	complete(command, "severity", a.completeSeverities)
}

// fill sets the fields of an update from the flags. severity is the current severity; planned is
// true for maintenance.
func (f *sayFlags) fill(u *incident.Update, c *config.Config, severity incident.Severity, planned bool, now time.Time) error {
	var err error
	if u.Date, err = timeFlag("date", f.date, now, now, c.Zone, past); err != nil {
		return err
	}
	if title := oneTitle([]string{f.title}); title != "" {
		u.Title = title
	}
	if len(u.Title) > content.MaxTitleLength {
		return usageError{fmt.Errorf("a title of %d bytes, more than %d", len(u.Title), content.MaxTitleLength), "move the rest into the text"}
	}
	if f.severity != "" {
		if u.Severity, err = severityOf(f.severity); err != nil {
			return err
		}
	}
	if u.Severity != 0 {
		severity = u.Severity
	}
	affected, err := componentsOf(c, f.components, severity, planned)
	if err != nil {
		return err
	}
	if affected != nil {
		u.Components = affected
	}
	if f.impact != "" {
		u.Impact = f.impact
	}
	if f.eta != "" {
		if u.ETA, err = etaOf(f.eta, u.Date, c.Zone); err != nil {
			return err
		}
	}
	u.Draft = u.Draft || f.draft
	return f.keepBack(u, severity, planned, c.Zone)
}

// keepBack parses --hold.
func (f *sayFlags) keepBack(u *incident.Update, severity incident.Severity, planned bool, zone *time.Location) error {
	if f.hold == "" {
		return nil
	}
	if severity.Urgent() && !planned {
		return usageError{fmt.Errorf("an update of a %s is never held: it is public immediately", severity), "leave out --hold, or write a --draft"}
	}
	if d, err := frontmatter.ParseDuration(strings.TrimPrefix(f.hold, "+")); err == nil && d > 0 {
		u.Hold.For = d
		return nil
	}
	until, err := timeFlag("hold", f.hold, time.Time{}, u.Date, zone, ahead)
	u.Hold.Until = until
	return err
}

// missing returns a usage error for values that are missing and cannot be asked for.
func missing(command string, what ...string) error {
	return usageError{fmt.Errorf("missing: %s", strings.Join(what, ", ")), command}
}

// oneTitle joins the arguments into a title, whether or not the title was quoted.
func oneTitle(args []string) string {
	title, _ := markdown.Clean(strings.Join(args, " "))
	return strings.Join(strings.Fields(title), " ")
}

// forWriting loads the site that a command writes to. Mistakes in other files are left to check and
// build.
func (a *app) forWriting(ctx context.Context, now time.Time) (*loaded, error) {
	l, err := a.load(ctx, now)
	if err != nil && l != nil {
		a.printFindings(l.findings)
	}
	return l, err
}
