package clone

import (
	"os"
	"path/filepath"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// Config reads the config.toml in a folder for completion. It ignores errors and uses defaults
// instead.
func Config(folder string) *config.Config {
	raw, err := regularfile.ReadPath(filepath.Join(folder, "config.toml"), regularfile.Text)
	if err != nil {
		return config.Default()
	}
	c, _, _ := config.Parse("config.toml", raw)
	return c
}

// Recent reads content for completion, quickly and ignoring errors. It reads only the incidents and
// maintenance that sitefs.Recent selects for part, which is part of an id.
func Recent(folder, part string, now time.Time) *content.Content {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return &content.Content{}
	}
	defer root.Close()
	recent := sitefs.Recent(sitefs.New(root, folder, "content", nil), part)
	found, _ := content.Load(recent, content.Options{Config: Config(folder), Workers: 1, FrontMatterOnly: true, Dates: content.AllDated(now)})
	return found
}

// RecentCases is like Recent for incidents and maintenance.
func RecentCases(folder, part string, now time.Time) []incident.Case {
	c := Recent(folder, part, now)
	return incident.Cases(c.Incidents, c.Maintenance, now)
}
