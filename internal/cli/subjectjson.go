package cli

import (
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
)

// subjectJSON is an incident or maintenance in JSON; docs/cli.md describes it.
type subjectJSON struct {
	ID         string         `json:"id"`
	Path       string         `json:"path"`
	Kind       string         `json:"kind"`
	Title      string         `json:"title"`
	Severity   string         `json:"severity,omitempty"`
	Worst      string         `json:"highest_severity,omitempty"`
	Status     string         `json:"status"`
	Open       bool           `json:"open"`
	Began      string         `json:"began"`
	Ended      string         `json:"ended,omitempty"`
	Seconds    int64          `json:"seconds"`
	Components []affectedJSON `json:"components"`
	Unpublic   []string       `json:"not_public"`
	Updates    []updateJSON   `json:"updates,omitempty"`
	Deadlines  []deadlineJSON `json:"deadlines,omitempty"`
}

type affectedJSON struct {
	ID        string `json:"id"`
	Condition string `json:"condition"`
}

type updateJSON struct {
	ID       string `json:"id"`
	Path     string `json:"path"`
	Status   string `json:"status"`
	Severity string `json:"severity,omitempty"`
	Date     string `json:"date"`
	Public   bool   `json:"public"`
	Release  string `json:"public_from,omitempty"`
	Draft    bool   `json:"draft"`
	Amended  string `json:"amended,omitempty"`
	Impact   string `json:"impact,omitempty"`
	ETA      string `json:"eta,omitempty"`
	Text     string `json:"text"`
}

func newSubjectJSON(c *config.Config, s subject, now time.Time) subjectJSON {
	state := s.history.State()
	out := subjectJSON{ID: s.id, Path: s.folder, Kind: "incident", Title: state.Title, Status: state.Status.String(), Open: s.open(), Began: stampJSON(s.began()),
		Ended: stampJSON(s.history.End()), Seconds: int64(s.lasted(now).Seconds()), Components: []affectedJSON{}, Unpublic: []string{}}
	if s.planned {
		out.Kind, out.Ended = "maintenance", stampJSON(state.Ends)
		out.Seconds = int64(max(0, state.Ends.Sub(state.Starts)).Seconds())
	} else {
		out.Severity, out.Worst = state.Severity.String(), s.history.Worst().String()
	}
	for _, affected := range state.Affected {
		out.Components = append(out.Components, affectedJSON{affected.Component, affected.Condition.String()})
	}
	releases := s.releases(c)
	for _, u := range s.updates {
		if mark(releases[u.Path], c, now) != "" {
			out.Unpublic = append(out.Unpublic, u.ID)
		}
	}
	return out
}

func newUpdateJSON(u incident.Update, text string, release policy.Release, now time.Time) updateJSON {
	eta := u.ETA.Words
	if !u.ETA.Time.IsZero() {
		eta = stampJSON(u.ETA.Time)
	}
	return updateJSON{ID: u.ID, Path: u.Path, Status: u.Status.String(), Severity: u.Severity.String(), Date: stampJSON(u.Date), Public: release.Public(now),
		Release: stampJSON(release.Published), Draft: u.Draft, Amended: stampJSON(u.Amended), Impact: u.Impact, ETA: eta, Text: strings.TrimSpace(text)}
}
