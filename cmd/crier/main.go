// Crier compiles incident updates, written as Markdown files in git, into a static status page.
package main

import (
	"os"
	_ "time/tzdata" // time zones must work on any machine

	"settler.io/crier/internal/cli"
)

func main() { os.Exit(cli.Main(cli.OS())) }
