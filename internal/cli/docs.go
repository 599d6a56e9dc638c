package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/schema"
)

func newDocs(a *app.App) *cobra.Command {
	command := app.Group(&cobra.Command{
		Use:   "docs",
		Short: "Write man pages, and schemas for editors",
		Long:  "Write documentation for other programs: man pages of the commands, and JSON Schemas of config.toml and front matter.",
		Example: `  crier docs man man1
  crier docs schema config`,
	})
	command.AddCommand(newDocsMan(a), newDocsSchema(a))
	return command
}

type docsOptions struct {
	*app.App
	dir string
}

func newDocsMan(a *app.App) *cobra.Command {
	o := &docsOptions{App: a}
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write a man page for each command",
		Long: `Write a man page for each command into a folder, in section 1. Existing pages are replaced.

The pages have no date unless SOURCE_DATE_EPOCH is set: the same version always produces the same bytes.`,
		Example:           `  crier docs man man1`,
		Args:              app.Arguments(1, 1, "one folder"),
		ValidArgsFunction: app.CompleteFolder,
		RunE:              func(command *cobra.Command, args []string) error { return o.runMan(command.Root(), args[0]) },
	}
}

func (o *docsOptions) runMan(root *cobra.Command, dir string) error {
	header := doc.GenManHeader{Section: "1", Source: "Crier", Manual: "Crier", Date: &time.Time{}}
	if text := o.Getenv("SOURCE_DATE_EPOCH"); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return diag.Usage(fmt.Errorf("SOURCE_DATE_EPOCH %q is not a time", text), "set it to seconds since 1970, such as SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)")
		}
		date := time.Unix(seconds, 0).UTC()
		header.Date = &date
	}
	pages := map[string][]byte{}
	for _, command := range app.Commands(root) {
		page, err := manPage(command, header)
		if err != nil {
			return err
		}
		pages[strings.ReplaceAll(command.CommandPath(), " ", "-")+".1"] = page
	}
	return o.writeFiles(dir, "man page", pages)
}

// manPage returns the man page of a command. Cobra treats descriptions as Markdown and requires a
// date, so manPage first indents tables as code and finally removes the zero date.
func manPage(command *cobra.Command, header doc.GenManHeader) ([]byte, error) {
	described := *command
	described.DisableAutoGenTag = true
	described.Long = strings.ReplaceAll(described.Long, app.ExitTable, strings.ReplaceAll(app.ExitTable, "\n  ", "\n    "))
	described.Long = strings.Replace(described.Long, "Exit status:\n", "Exit status:\n\n", 1)
	var page bytes.Buffer
	if err := doc.GenMan(&described, &header, &page); err != nil {
		return nil, err
	}
	return bytes.Replace(page.Bytes(), []byte(`"Jan 0001"`), []byte(`""`), 1), nil
}

func (o *docsOptions) writeFiles(dir, kind string, files map[string][]byte) error {
	folder := o.Path(dir)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return diag.Hinted(err, o.WriteHint(err, folder))
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			return diag.Hinted(err, o.WriteHint(err, folder))
		}
	}
	_, err := fmt.Fprintf(o.Stdout, "%s in %s.\n", report.Count(len(files), kind), dir)
	return err
}

func newDocsSchema(a *app.App) *cobra.Command {
	o := &docsOptions{App: a}
	command := &cobra.Command{
		Use:   "schema [" + strings.Join(schema.Kinds[:], "|") + "]",
		Short: "Write JSON Schemas of config.toml and front matter",
		Long: `Write the JSON Schema of config.toml, or of the front matter of a kind of file, with which editors complete and check:
docs/editors.md says how. With --dir, write all of them, each as KIND.json.

In a site, the schemas contain its components. They do not cover everything that crier check checks.`,
		Example: `  crier docs schema incident
  crier docs schema --dir .schemas`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 1 || len(args) == 1 && o.dir != "":
				return diag.Usage(errors.New("docs schema takes one kind, or --dir for all"), "write crier docs schema config, or crier docs schema --dir .schemas")
			case len(args) == 0 && o.dir == "":
				return diag.Usage(errors.New("docs schema needs the kind of file"), "valid values: "+strings.Join(schema.Kinds[:], ", ")+"; or --dir .schemas for all")
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return schema.Kinds[:], cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return o.runSchema(args) },
	}
	command.Flags().StringVar(&o.dir, "dir", "", "write all of them to this `folder`")
	return command
}

// runSchema writes the schema that args names, or all into --dir.
func (o *docsOptions) runSchema(args []string) error {
	ids := clone.Config(o.Folder()).ComponentIDs()
	if o.dir == "" {
		document, ok := schema.Of(args[0], ids)
		if !ok {
			return diag.Usage(fmt.Errorf("there is no schema %q", args[0]), diag.DidYouMean(args[0], schema.Kinds[:]))
		}
		_, err := o.Stdout.Write(document.JSON())
		return err
	}
	files := map[string][]byte{}
	for _, kind := range schema.Kinds {
		document, _ := schema.Of(kind, ids)
		files[kind+".json"] = document.JSON()
	}
	return o.writeFiles(o.dir, "schema", files)
}
