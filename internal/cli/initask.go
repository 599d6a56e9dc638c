package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"settler.io/crier/internal/source/compose"
)

// Examples are the defaults for values that neither a flag nor an answer sets.
const (
	exampleTitle     = "Example Status"
	exampleURL       = "https://status.example.com/"
	exampleComponent = "API"
)

// siteOptions collects the options of a new site from flags, from answers if there is a terminal,
// and otherwise from the examples.
func (a *app) siteOptions(ctx context.Context, flags initFlags, folder string) (compose.SiteOptions, error) {
	o := compose.SiteOptions{Title: exampleTitle, URL: exampleURL, Action: flags.action, Folder: folder, Now: a.Now()}
	o.Components = []compose.Component{{ID: "api", Name: exampleComponent}}
	facts := []struct {
		question, example string
		stated            []string // set by flags
		several           bool     // the answer may be a comma-separated list
		set               func(o *compose.SiteOptions, texts []string) error
	}{
		{"Title", exampleTitle, stated(flags.title), false, func(o *compose.SiteOptions, texts []string) error {
			o.Title = texts[0]
			return nil
		}},
		{"Address of the page", exampleURL, stated(flags.url), false, func(o *compose.SiteOptions, texts []string) error {
			o.URL = texts[0]
			return nil
		}},
		{"What can fail, with commas between", exampleComponent, flags.components, true, setComponents},
	}
	for _, fact := range facts {
		try := func(texts []string) error {
			next := o
			if err := fact.set(&next, texts); err != nil {
				return err
			}
			if _, err := siteFiles(next, true); err != nil {
				return err
			}
			o = next
			return nil
		}
		if len(fact.stated) > 0 {
			if err := try(fact.stated); err != nil {
				return o, err
			}
			continue
		}
		if !a.Terminal.Interactive {
			continue
		}
		_, err := a.ask(ctx, question{text: fact.question, fallback: fact.example, check: func(answer string) error {
			texts := []string{answer}
			if fact.several {
				texts = strings.Split(answer, ",")
			}
			return try(texts)
		}})
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

func stated(flag string) []string {
	if flag == "" {
		return nil
	}
	return []string{flag}
}

func setComponents(o *compose.SiteOptions, texts []string) error {
	o.Components = nil
	for _, text := range texts {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		component, err := compose.ParseComponent(text)
		if err != nil {
			return usageError{err, fmt.Sprintf("write the id too, such as api=%q", text)}
		}
		o.Components = append(o.Components, component)
	}
	if len(o.Components) == 0 {
		return usageError{errors.New("a page needs a component"), "write its name, such as " + exampleComponent}
	}
	return nil
}
