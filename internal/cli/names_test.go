package cli

import (
	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
)

type Terminal = app.Terminal

const (
	exitFine        = app.ExitFine
	exitFailed      = app.ExitFailed
	exitUsage       = app.ExitUsage
	exitMistakes    = app.ExitMistakes
	exitMissed      = app.ExitMissed
	exitInterrupted = app.ExitInterrupted
)

// root returns the root command of a run in an environment.
func root(system System) *cobra.Command { return newRoot(app.New(system)) }

var sleep = OS().Sleep
