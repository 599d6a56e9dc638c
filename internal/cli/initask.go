package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"settler.io/crier/internal/scaffold"
)

// Examples stand where neither a flag nor an answer says anything.
const (
	exampleTitle     = "Example Status"
	exampleURL       = "https://status.example.com/"
	exampleComponent = "API"
)

// siteOptions gathers what a new site is to be: from flags; on a terminal from answers; else from examples.
func (a *app) siteOptions(ctx context.Context, flags initFlags) (scaffold.Options, error) {
	o := scaffold.Options{Title: exampleTitle, URL: exampleURL, Action: flags.action, Now: a.Now()}
	o.Components = []scaffold.Component{{ID: "api", Name: exampleComponent}}
	facts := []struct {
		question, example string
		stated            []string // by flags
		several           bool     // an answer may hold more than one, with commas between them
		set               func(o *scaffold.Options, texts []string) error
	}{
		{"What is the page called?", exampleTitle, stated(flags.title), false, func(o *scaffold.Options, texts []string) error {
			o.Title = texts[0]
			return nil
		}},
		{"Where will it live?", exampleURL, stated(flags.url), false, func(o *scaffold.Options, texts []string) error {
			o.URL = texts[0]
			return nil
		}},
		{"What can fail? Names, with commas between them:", exampleComponent, flags.components, true, setComponents},
	}
	var lines <-chan string
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
		if !a.Interactive {
			continue
		}
		if lines == nil {
			lines = a.lines(ctx)
		}
		for {
			answer, err := a.answer(ctx, lines, fact.question, fact.example)
			if err != nil {
				return o, err
			}
			texts := []string{answer}
			if fact.several {
				texts = strings.Split(answer, ",")
			}
			err = try(texts)
			if err == nil {
				break
			}
			var usage usageError
			errors.As(err, &usage)
			fmt.Fprintf(a.Stderr, "%s: %s\n", usage, usage.hint)
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

func setComponents(o *scaffold.Options, texts []string) error {
	o.Components = nil
	for _, text := range texts {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		component, err := scaffold.ParseComponent(text)
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

// lines gives what is typed, line by line, until the input ends.
func (a *app) lines(ctx context.Context) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(a.Stdin)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// answer asks one question; nothing typed means the example.
func (a *app) answer(ctx context.Context, lines <-chan string, question, example string) (string, error) {
	fmt.Fprintf(a.Stderr, "%s [%s] ", question, example)
	select {
	case line, ok := <-lines:
		if !ok {
			fmt.Fprintln(a.Stderr)
			return "", hinted{errors.New("there was no answer, so nothing was written"), "answer, or say it by flags: see crier init --help"}
		}
		if line = strings.TrimSpace(line); line != "" {
			return line, nil
		}
		return example, nil
	case <-ctx.Done():
		fmt.Fprintln(a.Stderr)
		return "", ctx.Err()
	}
}
