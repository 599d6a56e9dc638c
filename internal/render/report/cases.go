package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/markdown"
)

// Case is an incident or maintenance in JSON.
type Case struct {
	ID         string     `json:"id"`
	Path       string     `json:"path"`
	Kind       string     `json:"kind"`
	Title      string     `json:"title"`
	Severity   string     `json:"severity,omitempty"`
	Worst      string     `json:"highest_severity,omitempty"`
	Status     string     `json:"status"`
	Open       bool       `json:"open"`
	Began      string     `json:"began"`
	Ended      string     `json:"ended,omitempty"`
	Seconds    int64      `json:"seconds"`
	Components []affected `json:"components"`
	Unpublic   []string   `json:"not_public"`
	Updates    []Update   `json:"updates,omitempty"`
	Deadlines  []Deadline `json:"deadlines,omitempty"`
}

type affected struct {
	ID        string `json:"id"`
	Condition string `json:"condition"`
}

// Update is an update in JSON.
type Update struct {
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

// NewCase converts a case for JSON, without its updates and deadlines.
func NewCase(c *config.Config, s incident.Case, now time.Time) Case {
	state := s.History.State()
	out := Case{ID: s.ID, Path: s.Path, Kind: "incident", Title: state.Title, Status: state.Status.String(), Open: s.Open(), Began: Instant(s.Began()),
		Ended: Instant(s.History.End()), Seconds: *seconds(s.Lasted(now)), Unpublic: []string{},
		Components: Each(state.Affected, func(a incident.Affected) affected { return affected{a.Component, a.Condition.String()} })}
	if s.Planned {
		out.Kind, out.Ended = "maintenance", Instant(state.Ends)
		out.Seconds = *seconds(max(0, state.Ends.Sub(state.Starts)))
	} else {
		out.Severity, out.Worst = state.Severity.String(), s.History.Worst().String()
	}
	releases := releasesOf(c, s)
	for _, u := range s.Updates {
		if notPublic(releases[u.Path], c, now) != "" {
			out.Unpublic = append(out.Unpublic, u.ID)
		}
	}
	return out
}

func NewDetails(c *config.Config, documents markdown.Documents, s incident.Case, deadlines []policy.Deadline, now time.Time) Case {
	out, releases := NewCase(c, s, now), releasesOf(c, s)
	out.Updates = Each(s.Updates, func(u incident.Update) Update { return newUpdate(u, documents.Text(u.Path), releases[u.Path], now) })
	out.Deadlines = Deadlines(deadlines, now)
	return out
}

func newUpdate(u incident.Update, text string, release policy.Release, now time.Time) Update {
	return Update{ID: u.ID, Path: u.Path, Status: u.Status.String(), Severity: u.Severity.String(), Date: Instant(u.Date), Public: release.Public(now),
		Release: Instant(release.Published), Draft: u.Draft, Amended: Instant(u.Amended), Impact: u.Impact, ETA: cmp.Or(Instant(u.ETA.Time), u.ETA.Words), Text: strings.TrimSpace(text)}
}

func releasesOf(c *config.Config, s incident.Case) map[string]policy.Release {
	byPath := map[string]policy.Release{}
	for _, release := range c.Rules.CaseReleases(s) {
		byPath[release.Update.Path] = release
	}
	return byPath
}

// notPublic returns the reason why an update is not public at now, or "" if it is public.
func notPublic(release policy.Release, c *config.Config, now time.Time) string {
	switch {
	case release.Reason == policy.Draft:
		return "draft"
	case release.Public(now):
		return ""
	case release.Reason == policy.Immediate:
		return "from " + policy.Clock(release.Published, now, c.Zone)
	}
	return "held until " + policy.Clock(release.Published, now, c.Zone)
}

func List(c *config.Config, cases []incident.Case, now time.Time) [][]string {
	rows := [][]string{{"INCIDENT", "SEVERITY", "STATUS", "BEGAN", "LASTED", "TITLE", "NOT PUBLIC"}}
	for _, s := range cases {
		state := s.History.State()
		severity, lasted := state.Severity.String(), policy.Words(s.Lasted(now))
		switch {
		case s.Planned:
			severity, lasted = "-", policy.Words(state.Ends.Sub(state.Starts))
		case s.OnlyDrafts():
			lasted = "draft"
		case s.Open():
			lasted = "open, " + lasted
		}
		var hidden []string
		releases := releasesOf(c, s)
		for _, u := range s.Updates {
			if why := notPublic(releases[u.Path], c, now); why != "" {
				hidden = append(hidden, u.ID+" "+why)
			}
		}
		rows = append(rows, []string{s.ID, severity, state.Status.Word(), s.Began().In(c.Zone).Format(policy.Stamp), lasted, state.Title, strings.Join(hidden, ", ")})
	}
	return rows
}

// Show writes a case with its updates, and the deadlines that are not met.
func Show(w io.Writer, config *config.Config, documents markdown.Documents, c incident.Case, deadlines []policy.Deadline, now time.Time, style Style) {
	zone, state := style.Zone, c.History.State()
	fmt.Fprintln(w, style.Paint("1", c.ID+": "+state.Title))
	fmt.Fprintln(w, describe(c, zone, now))
	if affected := affectedText(config, state); affected != "" {
		fmt.Fprintln(w, affected)
	}
	releases := releasesOf(config, c)
	title := c.ID
	for _, u := range c.Updates {
		title = cmp.Or(u.Title, title)
		fmt.Fprintf(w, "\n%s  %s", u.Date.In(zone).Format(policy.Stamp), u.ID)
		if why := notPublic(releases[u.Path], config, now); why != "" {
			fmt.Fprint(w, "  "+style.Paint("33", "("+why+")"))
		}
		if !u.Amended.IsZero() {
			fmt.Fprintf(w, "  (amended %s)", policy.Clock(u.Amended, u.Date, zone))
		}
		fmt.Fprintln(w)
		for line := range strings.Lines(compose.Message(title, u, documents.Text(u.Path), zone)) {
			fmt.Fprintln(w, strings.TrimRight("  "+line, " \n"))
		}
	}
	heading := "\nDeadlines:\n"
	for _, d := range deadlines {
		if d.State == policy.Met || d.State == policy.Unverified {
			continue
		}
		line := fmt.Sprintf("  %s  %s: %s", d.Due.In(zone).Format(policy.Stamp), d.Owed, d.State)
		if d.State == policy.Waiting || d.State == policy.Missed {
			line += ", " + TimeLeft(d, now)
		}
		fmt.Fprintln(w, heading+line)
		heading = ""
	}
}

// describe describes the current state in one line.
func describe(c incident.Case, zone *time.Location, now time.Time) string {
	state, began := c.History.State(), c.Began().In(zone).Format(policy.Stamp)
	lasted := " (" + policy.Words(c.Lasted(now)) + ")"
	switch {
	case c.Planned:
		return fmt.Sprintf("Maintenance, %s: %s to %s", strings.ToLower(state.Status.Word()), began, policy.Clock(state.Ends, state.Starts, zone))
	case !c.Open():
		return fmt.Sprintf("%s, resolved: %s to %s", c.History.Worst(), began, policy.Clock(c.History.End(), c.Began(), zone)) + lasted
	}
	return fmt.Sprintf("%s, %s: since %s", state.Severity, strings.ToLower(state.Status.Word()), began) + lasted
}

func affectedText(c *config.Config, state incident.State) string {
	var parts []string
	for _, affected := range state.Affected {
		name := affected.Component
		if component, ok := c.Component(name); ok {
			name = component.Name
		}
		parts = append(parts, name+" ("+strings.ToLower(affected.Condition.Word())+")")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Components: " + strings.Join(parts, ", ")
}
