package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/render/report"
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

// version returns the version of this program.
func version() report.Version {
	info, _ := debug.ReadBuildInfo()
	return report.NewVersion(info)
}
