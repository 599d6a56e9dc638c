package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/testsite"
)

// makeSites writes a site for Crier, and one for Hugo with the same incidents.
func makeSites(crier, hugo, theme string, incidents int) error {
	for name, f := range testsite.Generate(testsite.Options{Incidents: incidents, Seed: 1}) {
		if err := put(filepath.Join(crier, name), string(f.Data)); err != nil {
			return err
		}
	}
	raw, err := os.ReadFile(filepath.Join(crier, "config.toml"))
	if err != nil {
		return err
	}
	c, _, err := config.Parse("config.toml", raw)
	if err != nil {
		return err
	}
	loaded, _ := content.Load(os.DirFS(crier), content.Options{Config: c})
	for _, i := range loaded.Incidents {
		if err := put(filepath.Join(hugo, "content/incidents", i.ID+".md"), hugoPage(incident.Fold(i), loaded)); err != nil {
			return err
		}
	}
	for _, m := range loaded.Maintenance {
		if err := put(filepath.Join(hugo, "content/maintenance", m.ID+".md"), hugoPage(incident.FoldMaintenance(m), loaded)); err != nil {
			return err
		}
	}
	return os.CopyFS(hugo, os.DirFS(theme))
}

func put(name, text string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644))
}

// hugoPage returns an incident as one page with all its updates, newest first. One file instead of
// four is an advantage for Hugo.
func hugoPage(h incident.History, loaded *content.Content) string {
	var b strings.Builder
	state := h.State()
	var components []string
	for _, id := range h.Components() {
		components = append(components, fmt.Sprintf("%q", id))
	}
	begin := h.First()
	if h.Planned {
		begin = state.Starts
	}
	fmt.Fprintf(&b, "+++\ntitle = %q\ndate = %s\nseverity = %q\nstatus = %q\nopen = %v\ncomponents = [%s]\nmonths = [%q]\n+++\n", state.Title,
		begin.Format(time.RFC3339), state.Severity, state.Status, !h.Over(), strings.Join(components, ", "), begin.Format("2006-01"))
	for _, step := range slices.Backward(h.Steps) {
		fmt.Fprintf(&b, "\n## [%s] %s\n\n%s\n", step.After.Status.Word(), step.After.Title, step.Update.Date.Format("2 Jan 2006, 15:04 MST"))
		if document := loaded.Documents[step.Update.Path]; document != nil {
			b.WriteString("\n" + document.Markdown + "\n")
		}
		if step.Update.Impact != "" {
			b.WriteString("\nImpact: " + step.Update.Impact + "\n")
		}
		if !step.Update.ETA.IsZero() {
			b.WriteString("\nETA: " + step.Update.ETA.Time.Format("2006-01-02 15:04 MST") + "\n")
		}
	}
	return b.String()
}

// addUpdate adds an update to an incident of the site, a different one for each n.
func addUpdate(site string, n int) error {
	found, err := filepath.Glob(filepath.Join(site, "content/incidents/2026/09/*"))
	if err != nil || len(found) == 0 {
		return fmt.Errorf("no incident to add an update to: %w", err)
	}
	slices.Sort(found)
	folder := found[len(found)-1-n%len(found)]
	return put(filepath.Join(folder, fmt.Sprintf("9%d-again.md", n)),
		fmt.Sprintf("---\nstatus: resolved\ndate: 2026-10-01T11:%02d:00Z\n---\nAll of %s is well again.\n", n, path.Base(folder)))
}
