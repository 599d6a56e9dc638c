package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/content"
)

type amendFlags struct {
	writeFlags
	messageFlags
	title, impact, eta string
}

func amendCommand(a *app) *cobra.Command {
	var flags amendFlags
	command := &cobra.Command{
		Use:   "amend [ID] [N]",
		Short: "Correct an update that was written before",
		Long: `Correct an update that was written before, and mark it as amended: feeds show it again.

N is the number of the update, or its name; otherwise the last one. Without a flag the file is opened in your editor. What has
happened since belongs in an update of its own.`,
		Example: `  crier amend api-down 1 -m "We're currently investigating elevated error rates on the API and the dashboard." --push
  crier amend api-down --eta unknown --commit`,
		Args: atMost(2, "an incident and an update"),
		RunE: func(command *cobra.Command, args []string) error {
			return a.amend(command.Context(), args, flags)
		},
		ValidArgsFunction: a.completeAmend,
	}
	command.Flags().StringVar(&flags.title, "title", "", "the right `title`")
	command.Flags().StringVarP(&flags.impact, "impact", "i", "", "the right impact, in a `line`")
	command.Flags().StringVar(&flags.eta, "eta", "", "the right ETA: a `time` (+45m, 11:00, RFC 3339) or words")
	flags.messageFlags.add(command)
	flags.writeFlags.add(command)
	return command
}

func (a *app) amend(ctx context.Context, args []string, flags amendFlags) error {
	now := a.Now().UTC().Truncate(time.Second)
	l, err := a.forWriting(ctx, now)
	if err != nil {
		return err
	}
	args = append(args, "", "")
	s, err := a.choose(ctx, subjects(l.content, now), args[0], "", "amend")
	if err != nil {
		return a.unread(l, err)
	}
	u, err := updateOf(s, args[1])
	if err != nil {
		return err
	}
	raw, err := regularfile.ReadPath(filepath.Join(a.path(a.site), filepath.FromSlash(u.Path)), content.MaxFileSize)
	if err != nil {
		return hinted{fmt.Errorf("cannot read the update: %w", err), "see that you may read " + a.shown(u.Path)}
	}
	// Without flags, the update is edited in an editor.
	edited := flags.title == "" && flags.impact == "" && flags.eta == "" && !flags.given()
	if edited && !a.Terminal.Interactive {
		return missing(fmt.Sprintf(`write it like crier amend %s %s -m "The right text."`, s.id, u.ID), "what is right (-m, -F, --impact, --eta or --title)")
	}
	text := string(raw)
	for {
		if edited {
			if text, err = a.edit(ctx, text); err != nil {
				return err
			}
		} else if text, err = flags.change(a, text, l, now); err != nil {
			return err
		}
		if text == string(raw) || strings.TrimSpace(text) == "" {
			return hinted{errors.New("nothing was changed, so nothing was written"), "what has happened since belongs in an update of its own: crier update " + s.id}
		}
		findings := a.wrong(l, u.Path, text, now)
		a.printFindings(findings)
		if diag.Count(findings, diag.Mistake) == 0 {
			break
		}
		if !edited {
			return mistakesError{errors.New("the corrected update has mistakes, so nothing was written")}
		}
		again, err := a.confirm(ctx, "The update has mistakes: edit again")
		if err != nil {
			return err
		}
		if !again {
			return mistakesError{errors.New("the corrected update has mistakes, so nothing was written")}
		}
	}
	f := file{path: u.Path, text: text, message: fmt.Sprintf("Amend [%s] %s\n\n%s of %s", u.Status.Word(), s.history.State().Title, u.ID, s.id)}
	if !u.Draft {
		if f.text, err = compose.Set(text, "amended", compose.Instant(now)); err != nil {
			return hinted{fmt.Errorf("%s: %w", u.Path, err), "write amended: " + compose.Instant(now) + " into its front matter, a key in a line"}
		}
		f.follows = []string{"Marked as amended at " + clock(now, now, l.config.Zone) + "."}
	}
	return a.write(ctx, f, flags.writeFlags)
}

// change applies the corrections given by the flags to the text of an update.
func (f amendFlags) change(a *app, text string, l *loaded, now time.Time) (string, error) {
	eta, err := etaOf(f.eta, now, l.config.Zone)
	if err != nil {
		return "", err
	}
	for _, key := range []struct{ name, value, said string }{{"title", compose.Text(f.title), f.title}, {"impact", compose.Text(f.impact), f.impact}, {"eta", compose.ETA(eta), f.eta}} {
		if key.said == "" {
			continue
		}
		if strings.HasPrefix(strings.TrimPrefix(text, "\ufeff"), "+++") && !strings.HasPrefix(key.value, `"`) && eta.Time.IsZero() {
			key.value = strconv.Quote(key.value) // TOML strings need quotes
		}
		if text, err = compose.Set(text, key.name, key.value); err != nil {
			return "", hinted{err, "correct the file by hand"}
		}
	}
	if !f.given() {
		return text, nil
	}
	body, err := f.read(a)
	if err != nil {
		return "", err
	}
	if text, err = compose.Body(text, body); err != nil {
		return "", hinted{err, "correct the file by hand"}
	}
	return text, nil
}

// updateOf finds an update by its number or part of its name. An empty name means the last update.
func updateOf(s subject, name string) (incident.Update, error) {
	var ids []string
	var found []incident.Update
	for _, u := range s.updates {
		ids = append(ids, u.ID)
		n, err := strconv.Atoi(name)
		if u.ID == name || err == nil && n > 0 && compose.Number(u.ID) == n {
			return u, nil
		}
		if strings.Contains(u.ID, name) {
			found = append(found, u)
		}
	}
	switch {
	case name == "":
		return s.updates[len(s.updates)-1], nil
	case len(found) == 1:
		return found[0], nil
	}
	return incident.Update{}, usageError{fmt.Errorf("%s has no update %q", s.id, name), diag.DidYouMean(name, ids)}
}

// wrong returns the findings for the named file as if it contained text. The file is checked
// together with the other files in its folder.
func (a *app) wrong(l *loaded, name, text string, now time.Time) []diag.Finding {
	root, err := os.OpenRoot(a.path(a.site))
	if err != nil {
		return nil
	}
	defer root.Close()
	_, findings := content.Load(sitefs.Overlay(regularfile.FS(root, regularfile.Text), name, []byte(text)), content.Options{Config: l.config, Workers: 1, Dates: func(paths []string) content.Dates {
		dates := content.Dates{Known: map[string]time.Time{}}
		for _, p := range paths {
			dates.Known[p] = now
		}
		return dates
	}})
	var own []diag.Finding
	for _, f := range findings {
		if f.Position.Path == name || f.Position.Path == path.Dir(name) {
			own = append(own, f)
		}
	}
	return own
}

// completeAmend completes an incident and then one of its updates.
func (a *app) completeAmend(command *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return a.completeIncidents(command, args, word)
	}
	c := a.glance(args[0])
	s, err := find(subjects(c, a.Now()), args[0])
	if err != nil {
		return completed(nil)
	}
	var choices []choice
	for _, u := range s.updates {
		choices = append(choices, choice{u.ID, u.Status.Word()})
	}
	return completed(choices)
}
