package cli

import (
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
	"settler.io/crier/internal/incident"
)

// completeIncident offers the ids of incidents, open ones first and the latest first among them, each with its title. It is
// silent about what is wrong with the site, and asks no git: who types a command wants to go on.
func (a *app) completeIncident(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	folder := a.path(a.site)
	raw, err := os.ReadFile(filepath.Join(folder, "config.toml"))
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer root.Close()
	c, _, _ := config.Parse("config.toml", raw)
	now := a.Now()
	undated := func(paths []string) content.Dates {
		dates := content.Dates{Known: map[string]time.Time{}}
		for _, path := range paths {
			dates.Known[path] = now
		}
		return dates
	}
	found, _ := content.Load(newSiteFS(root, folder, "content"), content.Options{Config: c, Dates: undated})
	var open, over []string
	for n := len(found.Incidents) - 1; n >= 0; n-- { // ids begin with the day
		history := incident.Fold(found.Incidents[n])
		if len(history.Steps) == 0 {
			continue
		}
		state := history.Steps[len(history.Steps)-1].After
		entry := cobra.CompletionWithDesc(history.ID, state.Status.Word()+": "+state.Title)
		if state.Status == incident.Resolved {
			over = append(over, entry)
		} else {
			open = append(open, entry)
		}
	}
	return append(open, over...), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
