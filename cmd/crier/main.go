// Crier compiles incident updates, Markdown files in git, into a static status site.
package main

import (
	"os"
	_ "time/tzdata" // zones must be there on any machine

	"settler.io/crier/internal/cli"
)

func main() { os.Exit(cli.Main(cli.OS())) }
