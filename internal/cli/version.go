package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
)

func newVersion(a *app.App) *cobra.Command {
	var format string
	command := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  crier version
  crier version --format json`,
		Args: app.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			if format == "json" {
				return a.PrintJSON(version())
			}
			_, err := fmt.Fprintln(a.Stdout, "crier", version())
			return err
		},
	}
	app.FormatFlag(command, &format, "`format` of the output: text or json", "text", "json")
	return command
}

type buildInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"` // 40 digits, if it was built from a clone
	Modified bool   `json:"modified"`         // built from files that differ from the commit
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func version() buildInfo {
	b := buildInfo{Version: "(devel)", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Version = cmp.Or(info.Main.Version, b.Version)
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	return b
}

func (b buildInfo) String() string {
	text := b.Version
	if b.Commit != "" {
		text += " " + b.Commit
	}
	return fmt.Sprintf("%s (%s, %s/%s)", text, b.Go, b.OS, b.Arch)
}

// action returns the GitHub action at the commit of this program, with the version as a comment, or
// at COMMIT if the program doesn't know its commit.
func (b buildInfo) action() string {
	if b.Commit == "" || b.Modified {
		return "settler/crier@COMMIT"
	}
	return "settler/crier@" + b.Commit + " # " + b.Version
}
