package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/sitefs/regularfile"
)

// messageFlags are the flags that provide the text of an update.
type messageFlags struct {
	message []string
	file    string
}

func (f *messageFlags) add(command *cobra.Command) {
	command.Flags().StringArrayVarP(&f.message, "message", "m", nil, "the `text`, in Markdown; given again: another paragraph")
	command.Flags().StringVarP(&f.file, "file", "F", "", "take the text from this `file`; - is standard input")
}

func (f messageFlags) given() bool { return len(f.message) > 0 || f.file != "" }

// read returns the text that the flags provide.
func (f messageFlags) read(a *app) (string, error) {
	var text string
	switch {
	case len(f.message) > 0 && f.file != "":
		return "", usageError{errors.New("-m and -F both give a text"), "leave out one of them"}
	case len(f.message) == 1 && f.message[0] == "-", f.file == "-":
		if a.Stdin == nil {
			return "", usageError{errors.New("there is no standard input"), "give the text with -m"}
		}
		raw, err := io.ReadAll(a.Stdin)
		if err != nil {
			return "", hinted{fmt.Errorf("cannot read standard input: %w", err), "give the text with -m"}
		}
		text = string(raw)
	case f.file != "":
		raw, err := regularfile.ReadPath(a.path(f.file), regularfile.Text)
		if err != nil {
			return "", hinted{fmt.Errorf("cannot read the text: %w", err), "name a file with -F, or - for what comes through a pipe, or give the text with -m"}
		}
		text = string(raw)
	default:
		text = strings.Join(f.message, "\n\n")
	}
	if strings.TrimSpace(text) == "" {
		return "", hinted{errors.New("the text is empty, so nothing was written"), `say what is known, such as -m "We're currently investigating elevated error rates."`}
	}
	return text, nil
}

// scissors marks the end of the edited text. Everything below it is dropped, as in git.
const scissors = "# ------------------------ >8 ------------------------"

// cut removes the scissors line and everything below it.
func cut(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == scissors {
			lines = lines[:i]
			break
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// placeholder matches a part of a template that is to be filled in, such as [issue description],
// but not a Markdown link.
var placeholder = regexp.MustCompile(`\[[A-Za-z][^\]\[]*\](?:[^(\[:]|$)`)

// unfilled returns the first placeholder in text, or "" if there is none.
func unfilled(text string) string {
	found := placeholder.FindString(text)
	return found[:strings.LastIndexByte(found, ']')+1]
}

// compose lets the user write a text in the editor. The notes are shown below the scissors line as
// help.
func (a *app) compose(ctx context.Context, text string, notes []string) (string, error) {
	var b strings.Builder
	b.WriteString(text)
	if !strings.HasSuffix(text, "\n") {
		b.WriteString("\n")
	}
	b.WriteString("\n" + scissors + "\n")
	for _, note := range append([]string{"Write above the mark what the public reads, in Markdown. What is below is dropped.", "An empty text cancels, and nothing is written.", ""}, notes...) {
		b.WriteString(strings.TrimRight("# "+note, " ") + "\n")
	}
	initial := b.String()
	for {
		edited, err := a.edit(ctx, initial)
		if err != nil {
			return "", err
		}
		text := cut(edited)
		if text == "" {
			return "", hinted{errors.New("the text is empty, so nothing was written"), `write something above the mark, or give the text with -m "..."`}
		}
		left := unfilled(text)
		if left == "" {
			return text, nil
		}
		again, err := a.confirm(ctx, fmt.Sprintf("%s was not filled in: edit again", left))
		if err != nil {
			return "", err
		}
		if !again {
			return "", hinted{fmt.Errorf("%s was not filled in, so nothing was written", left), `give the text with -m "..."`}
		}
		initial = edited
	}
}

// confirm asks a yes-or-no question. The default is yes.
func (a *app) confirm(ctx context.Context, text string) (bool, error) {
	answer, err := a.ask(ctx, question{text: text + "?", fallback: "yes", choices: []choice{{"yes", ""}, {"no", ""}}})
	return err == nil && strings.HasPrefix(strings.ToLower(answer), "y"), err
}

// edit opens text in the editor that git would use and returns what was saved.
func (a *app) edit(ctx context.Context, text string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "crier-")
	name := filepath.Join(dir, "update.md")
	if err == nil {
		defer os.RemoveAll(dir)
		err = os.WriteFile(name, []byte(text), 0o600)
	}
	if err != nil {
		return "", hinted{fmt.Errorf("there is no place for the text while it is edited: %w", err), `make room in the folder for temporary files, or give the text with -m "..."`}
	}
	command := a.editor(ctx)
	a.editing.Store(true)
	err = a.Terminal.Edit(command, name)
	a.editing.Store(false)
	if err != nil {
		return "", hinted{fmt.Errorf("the editor %q failed, so nothing was written: %w", command, err), "name your editor in EDITOR or git config core.editor, or give the text with -m"}
	}
	raw, err := regularfile.ReadPath(name, regularfile.Text)
	return string(raw), err
}

// editor returns the editor that git would use: GIT_EDITOR, core.editor, VISUAL, EDITOR or vi.
func (a *app) editor(ctx context.Context) string {
	c := exec.CommandContext(ctx, "git", "-C", a.path(a.site), "var", "GIT_EDITOR")
	if out, err := c.Output(); err == nil && len(out) > 1 {
		return strings.TrimSpace(string(out))
	}
	for _, name := range []string{"GIT_EDITOR", "VISUAL", "EDITOR"} {
		if command := a.Terminal.Getenv(name); command != "" {
			return command
		}
	}
	return "vi"
}
