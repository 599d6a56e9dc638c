package write

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/typed"
)

type amendOptions struct {
	textOptions
	title, impact, eta string
}

func newAmend(a *app.App) *cobra.Command {
	o := &amendOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "amend [ID] [N]",
		Short: "Correct an earlier update",
		Long: `Correct an earlier update, and mark it as amended: feeds show it again.

N is the number of the update, or its name; by default the last one. A number alone is N, of the only open incident. Without
flags, the file opens in your editor. Write what has happened since in a new update instead.`,
		Example: `  crier amend api-down 1 -m "We're currently investigating elevated error rates on the API and the dashboard." --push
  crier amend api-down --eta unknown --commit`,
		Args: app.Arguments(0, 2, "an incident and an update"),
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) == 1 {
				if _, isNumber := typed.UpdateNumber(args[0]); isNumber {
					args = []string{"", args[0]}
				}
			}
			return o.run(command.Context(), append(args, "", ""))
		},
		ValidArgsFunction: completeAmend(a),
	}
	command.Flags().StringVar(&o.title, "title", "", "the correct `title`")
	command.Flags().StringVarP(&o.impact, "impact", "i", "", "the correct impact, in one `line`")
	command.Flags().StringVar(&o.eta, "eta", "", "the correct ETA: a `time` (+45m, 11:00, RFC 3339) or words")
	o.flags(command)
	return command
}

func (o *amendOptions) run(ctx context.Context, args []string) error {
	now, site, err := o.start(ctx)
	if err != nil {
		return err
	}
	c, err := o.Choose(ctx, site.Cases(now), args[0], "", "amend")
	if err != nil {
		return o.Unread(site, err)
	}
	u, err := typed.UpdateOf(c, args[1])
	if err != nil {
		return err
	}
	root, err := o.OpenSite()
	if err != nil {
		return err
	}
	defer root.Close()
	files := regularfile.FS(root, content.MaxFileSize)
	raw, err := fs.ReadFile(files, u.Path)
	if err != nil {
		return diag.Hinted(fmt.Errorf("cannot read the update: %w", err), o.ReadHint(u.Path))
	}
	byFlags := o.title != "" || o.impact != "" || o.eta != "" || o.given()
	if !o.Terminal.Interactive {
		if err := missing(fmt.Sprintf(`write it like crier amend %s %s -m "The corrected text."`, c.ID, u.ID), need{byFlags, "the correction (-m, -F, --impact, --eta or --title)"}); err != nil {
			return err
		}
	}
	text := string(raw)
	for again := true; again; {
		if byFlags {
			text, err = o.correct(text, site, now)
		} else {
			text, err = o.edit(ctx, text)
		}
		if err != nil {
			return err
		}
		if text == string(raw) || strings.TrimSpace(text) == "" {
			return diag.Hinted(errors.New("nothing was changed, so nothing was written"), "write what has happened since in a new update: crier update "+c.ID)
		}
		findings := content.Edited(files, site.Config, u.Path, text, now)
		o.PrintFindings(findings)
		if diag.Count(findings, diag.Mistake) == 0 {
			break
		}
		if again = !byFlags; again {
			again, err = o.Confirm(ctx, "The update has mistakes: edit again")
		}
		if err != nil {
			return err
		}
		if !again {
			return app.Mistakes("the corrected update has mistakes, so nothing was written")
		}
	}
	f := file{path: u.Path, text: text, draft: u.Draft, message: fmt.Sprintf("Amend [%s] %s\n\n%s of %s", u.Status.Word(), c.History.State().Title, u.ID, c.ID)}
	if !u.Draft {
		if f.text, err = compose.Set(text, "amended", compose.Instant(now)); err != nil {
			return diag.Hinted(fmt.Errorf("%s: %w", u.Path, err), "add the line amended: "+compose.Instant(now)+" to its front matter")
		}
		if shows(site.Config.Rules, c, u, now) != "" {
			f.shows = compose.Instant(now)
		}
		f.next = []string{"Marked as amended at " + policy.Clock(now, now, site.Config.Zone) + "."}
	}
	return o.write(ctx, site, f)
}

// correct applies the corrections given by the flags to the text of an update.
func (o *amendOptions) correct(text string, site *clone.Site, now time.Time) (string, error) {
	c := compose.Correction{Title: o.title, Impact: o.impact}
	var err error
	if c.ETA, err = typed.ETA(o.eta, now, site.Config.Zone); err != nil {
		return "", err
	}
	if o.given() {
		if c.Body, err = o.read(); err != nil {
			return "", err
		}
	}
	return c.Apply(text)
}

// completeAmend completes an incident and then one of its updates.
func completeAmend(a *app.App) app.Completion {
	return func(command *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) != 1 {
			return a.CompleteID(false)(command, args, word)
		}
		var choices []app.Choice
		if c, err := typed.Case(clone.RecentCases(a.Folder(), args[0], a.Now()), args[0]); err == nil {
			for _, u := range c.Updates {
				choices = append(choices, app.Choice{Text: u.ID, Note: u.Status.Word()})
			}
		}
		return app.Completed("", choices)
	}
}
