package write

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/typed"
)

// updateOptions are the options for the content of an update that new, update, resolve and
// maintenance share.
type updateOptions struct {
	textOptions
	typed.Update
}

// flags defines the flags that all of these commands have.
func (o *updateOptions) flags(command *cobra.Command) {
	flags := command.Flags()
	o.ComponentFlag(command, &o.Components, "an affected component's `id`, or several separated by commas; api=major_outage states its condition; '' means none")
	flags.StringVarP(&o.Impact, "impact", "i", "", "what is affected, in one `line`")
	flags.StringVar(&o.ETA, "eta", "", "when it is expected to end: a `time` (+45m, 11:00, RFC 3339) or words")
	flags.StringVar(&o.Date, "date", "", "when this was true, a `time` such as -5m, 10:04 or RFC 3339; default: now")
	flags.StringVar(&o.Hold, "hold", "", "hold an update of a P2 or P3 for a `duration`, or until a time")
	flags.StringVar(&o.Ticket, "ticket", "", "the `URL` of the incident's ticket, which is in no output")
	flags.BoolVar(&o.Draft, "draft", false, "write a draft, which is not public until draft: is deleted")
	o.textOptions.flags(command)
}

// text returns the text of an update: what the flags provide, else what the user writes in the
// editor, which starts with initial and shows notes.
func (o *updateOptions) text(ctx context.Context, initial string, notes []string) (string, error) {
	switch {
	case o.given():
		return o.read()
	case !o.Terminal.Interactive:
		return initial, nil
	}
	return o.compose(ctx, initial, notes)
}

// need is a value that a command needs.
type need struct {
	given bool
	what  string
}

const needText = "the text (-m or -F)"

// missing returns an error that lists the values that are not given, or nil. It is used if there is
// no terminal to ask on.
func missing(hint string, needs ...need) error {
	var what []string
	for _, n := range needs {
		if !n.given {
			what = append(what, n.what)
		}
	}
	if len(what) == 0 {
		return nil
	}
	return diag.Usage(fmt.Errorf("missing: %s", strings.Join(what, ", ")), hint)
}

// prompt is a question that is asked if it is needed when its turn comes.
type prompt struct {
	needed func() bool
	app.Question
}

func (o *updateOptions) askEach(ctx context.Context, prompts ...prompt) error {
	for _, p := range prompts {
		if !p.needed() {
			continue
		}
		if _, err := o.Ask(ctx, p.Question); err != nil {
			return err
		}
	}
	return nil
}

func titlePrompt(u *incident.Update, text string) prompt {
	return prompt{func() bool { return u.Title == "" }, app.Question{Text: text, Check: func(answer string) error {
		u.Title = answer
		return nil
	}}}
}

// componentsPrompt and impactPrompt ask for what is optional, so not if the flags give the text.
func (o *updateOptions) componentsPrompt(u *incident.Update, c *config.Config, planned bool) prompt {
	needed := func() bool { return u.Components == nil && !o.given() && len(c.Components) > 0 }
	return prompt{needed, app.Question{Text: "Components", Choices: app.ComponentChoices(c), Several: true, Optional: true, Check: func(answer string) (err error) {
		u.Components, err = typed.Components(c, []string{answer}, u.Severity, planned)
		return err
	}}}
}

func (o *updateOptions) impactPrompt(u *incident.Update) prompt {
	return prompt{func() bool { return u.Impact == "" && !o.given() }, app.Question{Text: "Impact (what is affected)", Optional: true, Check: func(answer string) error {
		u.Impact = answer
		return nil
	}}}
}

// first composes the file of a first update, and sets the ID and the path of the update.
func (o *updateOptions) first(c *config.Config, of compose.NewCase, u *incident.Update, text string) file {
	of.Title = u.Title
	of.Exists = func(folder string) bool {
		_, err := os.Stat(filepath.Join(o.Folder(), filepath.FromSlash(folder)))
		return err == nil
	}
	f := file{text: compose.Update(*u, text), draft: u.Draft, message: compose.Message(u.Title, *u, text, c.Zone)}
	f.path, f.another = of.FirstFile(u.Status.String())
	u.ID, u.Path = strings.TrimSuffix(path.Base(f.path), ".md"), f.path
	return f
}
