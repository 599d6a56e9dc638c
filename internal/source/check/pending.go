package check

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
)

type Change string

const (
	Unchanged Change = ""
	Added     Change = "added"
	Edited    Change = "edited"
	Removed   Change = "removed"
)

// PendingUpdate is one item that will become public, change in public or be removed from the site.
type PendingUpdate struct {
	Kind   string // incident, maintenance, announcement, page, post-mortem or site
	ID     string // of the incident, maintenance, announcement or page; for the site, the file name
	Update string // of an incident or maintenance, otherwise ""
	Path   string
	Change Change

	Severity incident.Severity // the severity that decides the release; zero outside incidents
	Status   incident.Status
	Draft    bool          // never becomes public
	Unclear  bool          // a draft because its hold is unclear
	At       time.Time     // when it becomes public; zero: as soon as it is published
	Reason   policy.Reason // why at that time
	Due      time.Time     // deadline for making it public; zero: none
	Secret   bool          // of a security incident: keep out of public logs
}

// Pending lists what is not public yet or, if changes are given by path, what they mean for the
// public. The list is sorted by kind, and within each kind by ID, newest first.
func Pending(input Input, changes map[string]Change) []PendingUpdate {
	m := pendingLister{Input: input, changes: changes, known: map[string]bool{}}
	for _, i := range input.Content.Incidents {
		m.incident(i)
	}
	for _, w := range input.Content.Maintenance {
		for _, release := range m.Config.Rules.MaintenanceReleases(w.Updates) {
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
	Input
	changes map[string]Change // nil: list what is not public yet
	lines   []PendingUpdate
	known   map[string]bool // paths that rest skips
}

func (m *pendingLister) incident(i incident.Incident) {
	secret := i.Secret()
	rules := m.Config.Rules
	rules.Since = time.Time{}
	due := map[string]time.Time{}
	for _, d := range rules.Deadlines(i, nil, m.Now) {
		if d.Rule == policy.Publish {
			due[d.Path] = d.Due
		}
	}
	severities := map[string]incident.Severity{}
	for _, step := range incident.Fold(i).Steps {
		severities[step.Update.ID] = step.After.Severity
	}
	for _, release := range m.Config.Rules.Releases(i.Updates) {
		// A draft has no ruling.
		m.update(PendingUpdate{Kind: "incident", ID: i.ID, Severity: cmp.Or(release.Ruling, severities[release.Update.ID]), Due: due[release.Update.Path], Secret: secret}, release)
	}
	if p := i.Postmortem; p != nil {
		m.known[p.Path] = true
		if p.Public || p.Draft {
			m.add(PendingUpdate{Kind: "post-mortem", ID: i.ID, Path: p.Path, Draft: p.Draft, Secret: secret}, p.Translations)
		}
	}
	// Skip other files of a secret incident too, such as removed ones.
	if secret {
		for name := range m.changes {
			m.known[name] = m.known[name] || strings.HasPrefix(name, i.Path+"/")
		}
	}
}

func (m *pendingLister) update(l PendingUpdate, release policy.Release) {
	u := release.Update
	l.Update, l.Path, l.Status, l.Draft = u.ID, u.Path, u.Status, release.Reason == policy.Draft
	l.Unclear = l.Draft && u.Hold.Unclear
	if !l.Draft && !release.Public(m.Now) {
		l.At, l.Reason = release.At, release.Reason
		if release.Reason == policy.Immediate {
			l.At = release.Published // release.At is earlier by the tolerance
		}
	}
	m.add(l, u.Translations)
}

// add adds a line if the input asks for it. A changed translation counts as a change of the
// original.
func (m *pendingLister) add(l PendingUpdate, translations map[string]incident.Translation) {
	m.known[l.Path] = true
	if l.Change = m.changes[l.Path]; l.Change == Unchanged {
		for _, t := range translations {
			if m.changes[t.Path] != Unchanged {
				l.Change = Edited
			}
		}
	}
	for _, t := range translations {
		m.known[t.Path] = true
	}
	if m.changes == nil && (l.Draft || !l.At.IsZero()) || m.changes != nil && l.Change != Unchanged {
		m.lines = append(m.lines, l)
	}
}

// rest adds removed files and changes that affect the whole site.
func (m *pendingLister) rest() {
	for name, change := range m.changes {
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
			// If all files of an incident were removed, it is no longer known whether it was
			// secret.
			l.Secret = kind == "incident" && !slices.ContainsFunc(m.Content.Incidents, func(i incident.Incident) bool { return i.ID == l.ID })
			m.lines = append(m.lines, l)
		case parts[1] == "announcements" || parts[1] == "pages":
			kind := strings.TrimSuffix(parts[1], "s")
			m.lines = append(m.lines, PendingUpdate{Kind: kind, ID: strings.TrimSuffix(path.Base(name), ".md"), Path: name, Change: Removed})
		}
	}
}
