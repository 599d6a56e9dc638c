package cli

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"settler.io/crier/internal/cli/app"
)

// TestNothingOffersFiles checks that only flags that take a file complete file names, and that
// --format always completes its values. Shells offer files from the working directory for any
// argument or flag without a completion.
func TestNothingOffersFiles(t *testing.T) {
	asked := func(command *cobra.Command, words ...string) {
		t.Helper()
		args := append([]string{"__complete"}, strings.Fields(command.CommandPath())[1:]...)
		_, stdout, _ := run(t, t.TempDir(), autumn, append(args, words...)...)
		if strings.HasSuffix(stdout, ":0\n") || !strings.Contains(stdout, ":") {
			t.Errorf("crier %s: files are offered\n%s", strings.Join(append(args, words...), " "), stdout)
		}
		if words[0] == "--format" && !strings.Contains(stdout, "json\n") {
			t.Errorf("crier %s: no words are offered\n%s", strings.Join(append(args, words...), " "), stdout)
		}
	}
	for _, command := range app.Commands(root(System{})) {
		if command.Name() == "help" {
			continue
		}
		asked(command, "")
		command.Flags().VisitAll(func(flag *pflag.Flag) {
			if flag.Value.Type() != "bool" && !takesFile(flag) {
				asked(command, "--"+flag.Name, "")
			}
		})
	}
}

// takesFile reports whether a flag takes a file.
func takesFile(flag *pflag.Flag) bool {
	name, _ := pflag.UnquoteUsage(flag)
	return name == "file"
}

// TestTheShellsOfTheDocs checks that docs/cli.md explains how to install the completion script of
// every supported shell.
func TestTheShellsOfTheDocs(t *testing.T) {
	text := document(t, "docs/cli.md")
	for _, command := range app.Commands(root(System{})) {
		if command.HasParent() && command.Parent().Name() == "completion" {
			if !regexp.MustCompile("(?m)^\\| (?i:" + command.Name() + ") \\| `crier completion " + command.Name()).MatchString(text) {
				t.Errorf("docs/cli.md says not how to install completion for %s", command.Name())
			}
		}
	}
}
