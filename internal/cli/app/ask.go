package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/report"
)

// Question is a short question asked on the terminal.
type Question struct {
	Text     string   // such as "Severity"
	Choices  []Choice // what Tab completes; Check decides whether other answers are valid
	Several  bool     // the answer is a comma-separated list; Tab completes its last item
	Fallback string   // the answer when only Enter is pressed
	Optional bool     // the answer may be empty
	Check    func(answer string) error
}

// Choice is a possible answer to a question.
type Choice struct {
	Text string
	Note string // what it means
}

// Ask repeats the question until the answer is valid. It returns context.Canceled on Ctrl-C and at
// the end of the input.
func (a *App) Ask(ctx context.Context, q Question) (string, error) {
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	width, restore, err := a.Terminal.Raw()
	if err != nil {
		return "", diag.Hinted(fmt.Errorf("the terminal cannot be used for questions: %w", err), "set the missing values with flags: see --help")
	}
	defer restore()
	if a.console == nil {
		a.console = term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{a.Stdin, a.Stderr}, "")
	}
	c := a.console
	if width > 0 {
		c.SetSize(width, 25)
	}
	prompt := q.Text
	if q.Fallback != "" {
		prompt += " [" + q.Fallback + "]"
	}
	if !strings.HasSuffix(q.Text, "?") {
		prompt += ":"
	}
	c.SetPrompt(prompt + " ")
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
	if len(q.Choices) > 2 {
		c.Write([]byte(numbered(q.Choices)))
	}
	for {
		answer, err := c.ReadLine()
		if errors.Is(err, io.EOF) {
			fmt.Fprint(a.Stderr, "\r\n")
			return "", diag.Hinted(context.Canceled, "nothing was written")
		}
		if err != nil && !errors.Is(err, term.ErrPasteIndicator) {
			return "", err
		}
		answer = q.byNumber(cmp.Or(strings.TrimSpace(answer), q.Fallback))
		switch {
		case answer == "" && q.Optional:
			return "", nil
		case answer == "":
			c.Write([]byte("an answer is required; press Ctrl-C to cancel\n"))
		case q.Check == nil:
			return answer, nil
		default:
			err := q.Check(answer)
			if err == nil {
				return answer, nil
			}
			text := err.Error()
			if hint := diag.HintOf(err); hint != "" {
				text += "; " + hint
			}
			c.Write([]byte(text + "\n"))
		}
	}
}

// Confirm asks a yes-or-no question. Enter means yes.
func (a *App) Confirm(ctx context.Context, text string) (bool, error) {
	return a.decide(ctx, text, "Y/n")
}

// Offer asks a yes-or-no question. Enter means no.
func (a *App) Offer(ctx context.Context, text string) (bool, error) {
	return a.decide(ctx, text, "y/N")
}

func (a *App) decide(ctx context.Context, text, fallback string) (yes bool, err error) {
	_, err = a.Ask(ctx, Question{Text: text + "?", Fallback: fallback, Choices: []Choice{{"yes", ""}, {"no", ""}}, Check: func(answer string) error {
		switch strings.ToLower(answer) {
		case "y", "yes":
			yes = true
		case "n", "no":
			yes = false
		case "y/n": // only Enter was pressed
			yes = fallback == "Y/n"
		default:
			return errors.New("answer yes or no")
		}
		return nil
	}})
	return yes, err
}

// complete completes a line as far as it is unambiguous. If it cannot be extended because several
// choices match, complete also returns them. Choices match by prefix, or by substring if none has
// the prefix.
func (q Question) complete(line string) (string, []Choice) {
	before, word := "", line
	if q.Several {
		if comma := strings.LastIndexByte(line, ','); comma >= 0 {
			rest := line[comma+1:]
			word = strings.TrimLeft(rest, " ")
			before = line[:comma+1] + rest[:len(rest)-len(word)]
		}
	}
	var begin, hold []Choice
	for _, c := range q.Choices {
		lower := strings.ToLower(c.Text)
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
		return before + candidates[0].Text, nil
	}
	common := candidates[0].Text
	for _, c := range candidates[1:] {
		n := 0
		for n < min(len(common), len(c.Text)) && common[n] == c.Text[n] {
			n++
		}
		common = common[:n]
	}
	if len(common) > len(word) {
		return before + common, nil // pressing Tab again lists the candidates
	}
	return line, candidates
}

// byNumber returns the choice with the number in the list that Ask shows, or else the answer
// itself.
func (q Question) byNumber(answer string) string {
	n, err := strconv.Atoi(answer)
	named := slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Text == answer })
	if err != nil || named || n < 1 || n > len(q.Choices) || len(q.Choices) <= 2 {
		return answer
	}
	return q.Choices[n-1].Text
}

// numbered lists choices with their numbers and notes, one per line.
func numbered(choices []Choice) string {
	var rows [][]string
	for n, c := range choices {
		rows = append(rows, []string{fmt.Sprintf("%3d", n+1), c.Text, c.Note})
	}
	var b strings.Builder
	report.Table(&b, rows)
	return b.String()
}

// columns lists choices with their notes, one per line.
func columns(choices []Choice) string {
	var b strings.Builder
	report.Table(&b, report.Each(choices, func(c Choice) []string { return []string{"  " + c.Text, c.Note} }))
	return b.String()
}
