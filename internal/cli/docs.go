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

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/schema"
)

func docsCommand(a *app) *cobra.Command {
	command := &cobra.Command{
		Use:   "docs",
		Short: "Write man pages, and schemas for editors",
		Long:  "Write what other programs show of Crier: man pages of its commands, and JSON Schemas of config.toml and front matter.",
		Example: `  crier docs man man1
  crier docs schema config`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(command, args[0])
			}
			return nil
		},
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(docsManCommand(a), docsSchemaCommand(a))
	return command
}

func docsManCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write a man page for each command",
		Long: `Write a man page for each command into a folder, in section 1. Pages that are there already are replaced.

The pages have no date unless SOURCE_DATE_EPOCH is set: the same version always produces the same bytes.`,
		Example: `  crier docs man man1`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("docs man takes one folder"), "write crier docs man DIR"}
			}
			return nil
		},
		ValidArgsFunction: completeFolder,
		RunE:              func(command *cobra.Command, args []string) error { return a.docsMan(command.Root(), args[0]) },
	}
}

func (a *app) docsMan(root *cobra.Command, dir string) error {
	header := doc.GenManHeader{Section: "1", Source: "Crier", Manual: "Crier", Date: &time.Time{}}
	if text := a.Terminal.variable("SOURCE_DATE_EPOCH"); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return usageError{fmt.Errorf("SOURCE_DATE_EPOCH %q is not a time", text), "set it to seconds since 1970, such as SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)"}
		}
		date := time.Unix(seconds, 0).UTC()
		header.Date = &date
	}
	folder := a.path(dir)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return hinted{err, "name a folder: crier docs man DIR"}
	}
	pages := 0
	for _, command := range family(root) {
		page, err := manPage(command, header)
		if err != nil {
			return err
		}
		name := strings.ReplaceAll(command.CommandPath(), " ", "-") + ".1"
		if err := os.WriteFile(filepath.Join(folder, name), page, 0o644); err != nil {
			return hinted{err, "name a folder that you may write to"}
		}
		pages++
	}
	fmt.Fprintf(a.Stdout, "%s in %s.\n", count(pages, "man page"), dir)
	return nil
}

// family returns a command and all its descendants that are listed in the help.
func family(command *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{command}
	for _, child := range command.Commands() {
		if child.IsAvailableCommand() {
			all = append(all, family(child)...)
		}
	}
	return all
}

// manPage returns the man page of a command. Cobra treats descriptions as Markdown and requires a
// date, so manPage first indents tables as code and finally removes the zero date.
func manPage(command *cobra.Command, header doc.GenManHeader) ([]byte, error) {
	described := *command
	described.DisableAutoGenTag = true
	described.Long = strings.ReplaceAll(described.Long, exitTable, strings.ReplaceAll(exitTable, "\n  ", "\n    "))
	described.Long = strings.Replace(described.Long, "Exit status:\n", "Exit status:\n\n", 1)
	var page bytes.Buffer
	if err := doc.GenMan(&described, &header, &page); err != nil {
		return nil, err
	}
	return bytes.Replace(page.Bytes(), []byte(`"Jan 0001"`), []byte(`""`), 1), nil
}

func docsSchemaCommand(a *app) *cobra.Command {
	var dir string
	command := &cobra.Command{
		Use:   "schema [" + strings.Join(schema.Kinds[:], "|") + "]",
		Short: "Write JSON Schemas of config.toml and front matter",
		Long: `Write the JSON Schema of config.toml, or of the front matter of a kind of file, for editors to complete and check by:
docs/editors.md says how. With --dir all of them, each as KIND.json.

In a site the schemas know its components. They cannot know all that crier check does.`,
		Example: `  crier docs schema incident
  crier docs schema --dir .schemas`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 1 || len(args) == 1 && dir != "":
				return usageError{errors.New("docs schema takes one kind, or --dir for all"), "write crier docs schema config, or crier docs schema --dir .schemas"}
			case len(args) == 0 && dir == "":
				return usageError{errors.New("docs schema needs the kind of file"), "valid values: " + strings.Join(schema.Kinds[:], ", ") + "; or --dir .schemas for all"}
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return schema.Kinds[:], cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if dir != "" {
				return a.docsSchemas(dir)
			}
			document, ok := schema.Of(args[0], a.componentIDs())
			if !ok {
				return usageError{fmt.Errorf("there is no schema %q", args[0]), diag.DidYouMean(args[0], schema.Kinds[:])}
			}
			_, err := a.Stdout.Write(document.JSON())
			return err
		},
	}
	command.Flags().StringVar(&dir, "dir", "", "write all of them to this `folder`")
	return command
}

func (a *app) docsSchemas(dir string) error {
	folder := a.path(dir)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return hinted{err, "name a folder: crier docs schema --dir .schemas"}
	}
	ids := a.componentIDs()
	for _, kind := range schema.Kinds {
		document, _ := schema.Of(kind, ids)
		if err := os.WriteFile(filepath.Join(folder, kind+".json"), document.JSON(), 0o644); err != nil {
			return hinted{err, "name a folder that you may write to"}
		}
	}
	fmt.Fprintf(a.Stdout, "%s in %s.\n", count(len(schema.Kinds), "schema"), dir)
	return nil
}

// componentIDs returns the ids of the site's components, or nil if there is no site.
func (a *app) componentIDs() []string {
	var ids []string
	for _, component := range a.configuration().Components {
		ids = append(ids, component.ID)
	}
	return ids
}
