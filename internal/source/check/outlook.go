// Package outlook says what is not public yet, or what a change brings to the public, and when. It takes content, rules, what
// has changed and the instant; it reads no clock and no files.
package check

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/content"
)

// Change is what happened to a file.
type Change string

// The changes.
const (
	Unchanged Change = ""
	Added     Change = "added"
	Edited    Change = "edited"
	Removed   Change = "removed"
)

// Line is one thing that becomes public, changes there or goes from there.
type PendingUpdate struct {
	Kind   string // incident, maintenance, announcement, page, post-mortem or site
	ID     string // of the incident, maintenance, announcement or page; the name of the file for the site
	Update string // of an incident or maintenance
	Path   string
	Change Change

	Severity incident.Severity // that rules it; zero outside incidents
	Status   incident.Status
	Draft    bool          // never public
	At       time.Time     // when it is public; zero: at once, as soon as it is published
	Reason   policy.Reason // why then
	Due      time.Time     // by when the runbook wants it public; zero: it does not say
	Secret   bool          // of a security incident, of which nothing is told where anybody reads
}

// Input is what an outlook is made of.
type PendingInput struct {
	Content *content.Content
	Rules   policy.Rules
	Changes map[string]Change // by path; nil: show what is not public yet instead
	Now     time.Time
}

// Make gives the lines: by kind, then the newest of each first.
func Pending(input PendingInput) []PendingUpdate {
	m := pendingLister{PendingInput: input, known: map[string]bool{}}
	for _, i := range input.Content.Incidents {
		m.incident(i)
	}
	for _, w := range input.Content.Maintenance {
		for _, release := range m.Rules.MaintenanceReleases(w.Updates) {
			m.update(PendingUpdate{Kind: "maintenance", ID: w.ID}, release)
		}
	}
	for _, a := range input.Content.Announcements {
		l := PendingUpdate{Kind: "announcement", ID: a.ID, Path: a.Path, Draft: a.Draft}
		if a.Date.After(m.Now) {
			l.At, l.Reason = a.Date, policy.Immediate
		}
		m.add(l, a.Translations)
	}
	for _, p := range input.Content.Pages {
		m.add(PendingUpdate{Kind: "page", ID: p.ID, Path: p.Path, Draft: p.Draft}, p.Translations)
	}
	m.rest()
	slices.SortStableFunc(m.lines, func(a, b PendingUpdate) int {
		return cmp.Or(cmp.Compare(order(a.Kind), order(b.Kind)), strings.Compare(b.ID, a.ID), strings.Compare(a.Update, b.Update))
	})
	return m.lines
}

var kinds = []string{"incident", "post-mortem", "maintenance", "announcement", "page", "site"}

func order(kind string) int { return slices.Index(kinds, kind) }

type pendingLister struct {
	PendingInput
	lines []PendingUpdate
	known map[string]bool // paths that are told of
}

func (m *pendingLister) incident(i incident.Incident) {
	secret := i.Secret()
	rules := m.Rules
	rules.Since = time.Time{}
	due := map[string]time.Time{}
	for _, d := range rules.Deadlines(i, nil, m.Now) {
		if d.Rule == policy.Publish {
			due[d.Path] = d.Due
		}
	}
	history := incident.Fold(i)
	statuses := map[string]incident.Status{}
	for _, step := range history.Steps {
		statuses[step.Update.ID] = step.After.Status
	}
	for _, release := range m.Rules.Releases(i.Updates) {
		m.update(PendingUpdate{Kind: "incident", ID: i.ID, Severity: release.Ruling, Due: due[release.Update.Path], Secret: secret}, release)
	}
	if p := i.Postmortem; p != nil {
		m.known[p.Path] = true
		if p.Public || p.Draft {
			m.add(PendingUpdate{Kind: "post-mortem", ID: i.ID, Path: p.Path, Draft: p.Draft, Secret: secret}, p.Translations)
		}
	}
	if secret { // also what is no update of it, such as a file that is removed
		for name := range m.Changes {
			m.known[name] = m.known[name] || strings.HasPrefix(name, i.Path+"/")
		}
	}
}

func (m *pendingLister) update(l PendingUpdate, release policy.Release) {
	u := release.Update
	l.Update, l.Path, l.Status, l.Draft = u.ID, u.Path, u.Status, release.Reason == policy.Draft
	if !l.Draft && !release.Public(m.Now) {
		l.At, l.Reason = release.At, release.Reason
		if release.Reason == policy.Immediate {
			l.At = release.Published // not the tolerance before it
		}
	}
	m.add(l, u.Translations)
}

// add adds a line if it is asked for. A changed translation changes what it translates.
func (m *pendingLister) add(l PendingUpdate, translations map[string]incident.Translation) {
	m.known[l.Path] = true
	if l.Change = m.Changes[l.Path]; l.Change == Unchanged {
		for _, t := range translations {
			if m.Changes[t.Path] != Unchanged {
				l.Change = Edited
			}
		}
	}
	for _, t := range translations {
		m.known[t.Path] = true
	}
	if m.Changes == nil && (l.Draft || !l.At.IsZero()) || m.Changes != nil && l.Change != Unchanged {
		m.lines = append(m.lines, l)
	}
}

// rest adds what the content does not hold: what is removed, and what the whole site is made with.
func (m *pendingLister) rest() {
	for name, change := range m.Changes {
		if m.known[name] {
			continue
		}
		parts := strings.Split(name, "/")
		switch {
		case name == "config.toml" || parts[0] == "themes":
			m.lines = append(m.lines, PendingUpdate{Kind: "site", ID: name, Path: name, Change: change})
		case change != Removed || parts[0] != "content" || len(parts) < 3 || path.Ext(name) != ".md":
		case parts[1] == "incidents" || parts[1] == "maintenance":
			kind := map[string]string{"incidents": "incident", "maintenance": "maintenance"}[parts[1]]
			l := PendingUpdate{Kind: kind, ID: path.Base(path.Dir(name)), Update: strings.TrimSuffix(path.Base(name), ".md"), Path: name, Change: Removed}
			// Of an incident that is gone as a whole nobody can tell any more whether it may be named.
			l.Secret = kind == "incident" && !slices.ContainsFunc(m.Content.Incidents, func(i incident.Incident) bool { return i.ID == l.ID })
			m.lines = append(m.lines, l)
		case parts[1] == "announcements" || parts[1] == "pages":
			kind := strings.TrimSuffix(parts[1], "s")
			m.lines = append(m.lines, PendingUpdate{Kind: kind, ID: strings.TrimSuffix(path.Base(name), ".md"), Path: name, Change: Removed})
		}
	}
}
