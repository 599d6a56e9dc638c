package write

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
)

// textOptions are the flags that provide the text of an update.
type textOptions struct {
	fileOptions
	message []string
	file    string
}

func (o *textOptions) flags(command *cobra.Command) {
	command.Flags().StringArrayVarP(&o.message, "message", "m", nil, "the `text`, in Markdown; each further -m adds a paragraph")
	command.Flags().StringVarP(&o.file, "file", "F", "", "read the text from this `file`; - is standard input")
	o.fileOptions.flags(command)
}

func (o *textOptions) given() bool { return len(o.message) > 0 || o.file != "" }

// read returns the text that the flags provide.
func (o *textOptions) read() (string, error) {
	text := strings.Join(o.message, "\n\n")
	switch {
	case len(o.message) > 0 && o.file != "":
		return "", diag.Usage(errors.New("-m and -F both set the text"), "leave out one of them")
	case text == "-", o.file == "-":
		if o.Stdin == nil {
			return "", diag.Usage(errors.New("there is no standard input"), "set the text with -m")
		}
		raw, err := io.ReadAll(o.Stdin)
		if err != nil {
			return "", diag.Hinted(fmt.Errorf("cannot read standard input: %w", err), "set the text with -m")
		}
		text = string(raw)
	case o.file != "":
		raw, err := regularfile.ReadPath(o.Path(o.file), regularfile.Text)
		if err != nil {
			return "", diag.Hinted(fmt.Errorf("cannot read the text: %w", err), "name a file with -F, or - for standard input, or set the text with -m")
		}
		text = string(raw)
	}
	if strings.TrimSpace(text) == "" {
		return "", diag.Hinted(errors.New("the text is empty, so nothing was written"), `write what is known, such as -m "We're currently investigating elevated error rates."`)
	}
	return text, nil
}

// compose lets the user write a text in the editor. The notes are shown below the scissors line as
// help.
func (o *textOptions) compose(ctx context.Context, text string, notes []string) (string, error) {
	initial := compose.EditorText(text, notes)
	for {
		edited, err := o.edit(ctx, initial)
		if err != nil {
			return "", err
		}
		text := compose.Edited(edited)
		if text == "" {
			return "", diag.Hinted(errors.New("the text is empty, so nothing was written"), `write something above the line, or set the text with -m "..."`)
		}
		left := compose.Unfilled(text)
		if left == "" {
			return text, nil
		}
		again, err := o.Confirm(ctx, fmt.Sprintf("%s was not filled in: edit again", left))
		if err != nil {
			return "", err
		}
		if !again {
			return "", diag.Hinted(fmt.Errorf("%s was not filled in, so nothing was written", left), `set the text with -m "..."`)
		}
		initial = edited
	}
}

// edit opens text in the editor that git would use and returns what was saved.
func (o *textOptions) edit(ctx context.Context, text string) (string, error) {
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
		return "", diag.Hinted(fmt.Errorf("cannot write a temporary file for the editor: %w", err), `make room in the folder for temporary files, or set the text with -m "..."`)
	}
	editor := o.editor(ctx)
	if err := o.Edit(editor, name); err != nil {
		return "", diag.Hinted(fmt.Errorf("the editor %q failed, so nothing was written: %w", editor, err), "name your editor in EDITOR or git config core.editor, or set the text with -m")
	}
	raw, err := regularfile.ReadPath(name, regularfile.Text)
	return string(raw), err
}

// editor returns the editor that git would use: GIT_EDITOR, core.editor, VISUAL, EDITOR or vi.
func (o *textOptions) editor(ctx context.Context) string {
	if editor := git.Editor(ctx, o.Folder()); editor != "" {
		return editor
	}
	return cmp.Or(o.Getenv("GIT_EDITOR"), o.Getenv("VISUAL"), o.Getenv("EDITOR"), "vi")
}
