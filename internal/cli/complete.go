package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// completion is a cobra completion function.
type completion = func(command *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective)

// complete registers a completion for the values of a flag.
func complete(command *cobra.Command, flag string, with completion) {
	if err := command.RegisterFlagCompletionFunc(flag, with); err != nil {
		panic(err) // the flag does not exist or already has a completion
	}
}

// completed converts choices for cobra. It keeps their order and does not offer file names.
func completed(choices []choice) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, c := range choices {
		out = append(out, cobra.CompletionWithDesc(c.text, c.note))
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// configuration reads config.toml for completion. It ignores errors and uses defaults instead.
func (a *app) configuration() *config.Config {
	raw, err := regularfile.ReadPath(filepath.Join(a.path(a.site), "config.toml"), regularfile.Text)
	if err != nil {
		return config.Default()
	}
	c, _, _ := config.Parse("config.toml", raw)
	return c
}

// glance reads content for completion, quickly and ignoring errors. It reads only the incidents and
// maintenance that sitefs.Recent selects for part, which is part of an id.
func (a *app) glance(part string) *content.Content {
	folder := a.path(a.site)
	root, err := os.OpenRoot(folder)
	if err != nil {
		return &content.Content{}
	}
	defer root.Close()
	seen := sitefs.Recent(sitefs.New(root, folder, "content"), part)
	found, _ := content.Load(seen, content.Options{Config: a.configuration(), Workers: 1, FrontMatterOnly: true, Dates: func(paths []string) content.Dates {
		dates := content.Dates{Known: map[string]time.Time{}}
		for _, path := range paths {
			dates.Known[path] = a.Now()
		}
		return dates
	}})
	return found
}

// completeOpen completes the ids of open incidents and maintenance.
func (a *app) completeOpen(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return completed(nil)
	}
	return completed(a.subjectChoices(word, true))
}

// completeIncidents completes the ids of incidents and maintenance, open ones first.
func (a *app) completeIncidents(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return completed(nil)
	}
	return completed(a.subjectChoices(word, false))
}

// completeUpdate completes an incident, open ones first, and then its possible statuses.
func (a *app) completeUpdate(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		choices := a.subjectChoices(word, true)
		if word != "" && len(choices) == 0 {
			choices = a.subjectChoices(word, false)
		}
		return completed(append(choices, beginning(word, statusChoices(incident.IncidentStatuses[:]))...))
	case 1:
		c := a.glance(args[0])
		s, err := find(subjects(c, a.Now()), args[0])
		if err != nil {
			return completed(nil)
		}
		return completed(statusChoices(s.statuses()))
	}
	return completed(nil)
}

// subjectChoices returns the incidents and maintenance whose id begins with a word, open ones
// first. If open is set, it returns only open ones.
func (a *app) subjectChoices(word string, open bool) []choice {
	c := a.glance(word)
	var choices []choice
	for _, s := range subjects(c, a.Now()) {
		if s.open() || !open {
			choices = append(choices, choice{s.id, s.describe()})
		}
	}
	return beginning(word, choices)
}

// beginning returns the choices that begin with a word.
func beginning(word string, choices []choice) []choice {
	return slices.DeleteFunc(choices, func(c choice) bool { return !strings.HasPrefix(c.text, word) })
}

func statusChoices(statuses []incident.Status) []choice {
	var choices []choice
	for _, s := range statuses {
		choices = append(choices, choice{s.String(), ""})
	}
	return choices
}

func (a *app) completeSeverities(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return completed(severityChoices())
}

func severityChoices() []choice {
	var choices []choice
	for _, s := range incident.Severities {
		choices = append(choices, choice{s.String(), s.Word()})
	}
	return choices
}

// completeComponents completes the last component of a comma-separated list, or its condition
// after "=".
func (a *app) completeComponents(_ *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	c := a.configuration()
	before, last := "", word
	if comma := strings.LastIndexByte(word, ','); comma >= 0 {
		before, last = word[:comma+1], word[comma+1:]
	}
	var choices []choice
	if id, _, stated := strings.Cut(last, "="); stated {
		for _, condition := range incident.Conditions {
			choices = append(choices, choice{before + id + "=" + condition.String(), condition.Word()})
		}
		return completed(choices)
	}
	for _, component := range componentChoices(c) {
		choices = append(choices, choice{before + component.text, component.note})
	}
	list, directive := completed(choices)
	return list, directive | cobra.ShellCompDirectiveNoSpace
}

func componentChoices(c *config.Config) []choice {
	var choices []choice
	for _, component := range c.Components {
		choices = append(choices, choice{component.ID, component.Name})
	}
	return choices
}

// completeTemplates completes the names of the site's templates.
func (a *app) completeTemplates(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	c := a.glance("")
	var choices []choice
	for _, t := range c.Templates {
		note := t.Description
		if note == "" {
			note = t.Update.Title
		}
		choices = append(choices, choice{t.ID, note})
	}
	return completed(choices)
}
