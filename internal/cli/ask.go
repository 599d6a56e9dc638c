package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// question is a short question asked on the terminal.
type question struct {
	text     string   // such as "Severity"
	choices  []choice // what Tab completes; check decides whether other answers are valid
	several  bool     // the answer is a comma-separated list; Tab completes its last item
	fallback string   // the answer when only Enter is pressed
	optional bool     // the answer may be empty
	check    func(answer string) error
}

// choice is a possible answer to a question.
type choice struct {
	text string
	note string // what it means
}

// console is the terminal on which questions are asked. It is shared by all questions of a run so
// that input typed ahead is not lost.
type console struct{ *term.Terminal }

// ask repeats the question until the answer is valid. It returns context.Canceled on Ctrl-C and at
// the end of the input.
func (a *app) ask(ctx context.Context, q question) (string, error) {
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	width, restore, err := a.Terminal.Raw()
	if err != nil {
		return "", hinted{fmt.Errorf("the terminal cannot be used for questions: %w", err), "give what is missing by flags: see --help"}
	}
	defer restore()
	if a.console == nil {
		a.console = &console{term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{a.Stdin, a.Stderr}, "")}
	}
	c := a.console
	if width > 0 {
		c.SetSize(width, 25)
	}
	prompt := q.text
	if q.fallback != "" {
		prompt += " [" + q.fallback + "]"
	}
	c.SetPrompt(prompt + ": ")
	c.AutoCompleteCallback = func(line string, at int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		line, candidates := q.complete(line)
		if len(candidates) > 1 {
			c.Write([]byte(columns(candidates)))
		}
		return line, len(line), true
	}
	for {
		answer, err := c.ReadLine()
		if errors.Is(err, io.EOF) {
			fmt.Fprint(a.Stderr, "\r\n")
			return "", hinted{context.Canceled, "nothing was written"}
		}
		if err != nil && !errors.Is(err, term.ErrPasteIndicator) {
			return "", err
		}
		answer = strings.TrimSpace(answer)
		if answer == "" {
			answer = q.fallback
		}
		switch {
		case answer == "" && q.optional:
			return "", nil
		case answer == "":
			c.Write([]byte("an answer is needed; Ctrl-C leaves\n"))
		case q.check == nil:
			return answer, nil
		default:
			err := q.check(answer)
			if err == nil {
				return answer, nil
			}
			text := err.Error()
			var usage usageError
			if errors.As(err, &usage) && usage.hint != "" {
				text += "; " + usage.hint
			}
			c.Write([]byte(text + "\n"))
		}
	}
}

// complete completes a line as far as it is unambiguous. If it cannot be extended because several
// choices match, complete also returns them. Choices match by prefix, or by substring if none has
// the prefix.
func (q question) complete(line string) (string, []choice) {
	before, word := "", line
	if q.several {
		if comma := strings.LastIndexByte(line, ','); comma >= 0 {
			rest := line[comma+1:]
			word = strings.TrimLeft(rest, " ")
			before = line[:comma+1] + rest[:len(rest)-len(word)]
		}
	}
	var begin, hold []choice
	for _, c := range q.choices {
		lower := strings.ToLower(c.text)
		switch part := strings.ToLower(word); {
		case strings.HasPrefix(lower, part):
			begin = append(begin, c)
		case strings.Contains(lower, part):
			hold = append(hold, c)
		}
	}
	candidates := begin
	if len(begin) == 0 {
		candidates = hold
	}
	switch {
	case len(candidates) == 0:
		return line, nil
	case len(candidates) == 1:
		return before + candidates[0].text, nil
	}
	common := candidates[0].text
	for _, c := range candidates[1:] {
		n := 0
		for n < min(len(common), len(c.text)) && common[n] == c.text[n] {
			n++
		}
		common = common[:n]
	}
	if len(common) > len(word) {
		return before + common, nil // pressing Tab again lists the candidates
	}
	return line, candidates
}

// columns lists choices with their notes, one per line.
func columns(choices []choice) string {
	width := 0
	for _, c := range choices {
		width = max(width, len(c.text))
	}
	var b strings.Builder
	for _, c := range choices {
		b.WriteString(strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, c.text, c.note), " ") + "\n")
	}
	return b.String()
}
