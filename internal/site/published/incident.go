package published

import (
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/markdown"
	"settler.io/crier/internal/status"
)

// Incident is an incident or maintenance as far as it is public. It follows from its own files, the
// configuration and the instant alone, and never changes, so that several snapshots can share it.
type Incident struct {
	incident.History
	FirstPublic, LastPublic time.Time // when the first and the last of its updates were posted
	Changed                 time.Time // the last update, amendment or post-mortem
	Began                   time.Time // of maintenance, when its window starts
	Month                   time.Time // the start of the month of Began, in the page's zone
	Aliases                 []Alias
	EverAffected            []string // ids of components
	Items                   []Item   // one for each step, newest first
	Linking                 []string // the sources whose texts have links within the site
}

// Alias is a former URL path, and the file that names it.
type Alias struct{ Path, Source string }

// publish adds the incident of a history, made from the releases of its updates, which are in the
// order of its steps.
func (r releaser) publish(one *released, h incident.History, public []policy.Release) {
	i := &Incident{History: h, EverAffected: h.Components(), Items: make([]Item, len(h.Steps))}
	if i.Began = i.First(); i.Planned {
		i.Began = i.State().Starts
	}
	i.Month = status.StartOfMonth(i.Began, r.config.Zone)
	for n := range h.Steps {
		step := &i.Steps[n]
		date := step.Update.Date
		at, due := date, time.Time{}
		if !step.Clock() {
			at, due = public[0].Published, public[0].Due
			for _, alias := range public[0].Update.Aliases {
				i.Aliases = append(i.Aliases, Alias{alias, public[0].Update.Path})
			}
			public = public[1:]
		}
		at, until := r.posted.at(i.UpdateKey(n), date, at, r.now, r.config.Rules.Tolerance)
		one.next = sooner(one.next, until, r.now)
		one.settled = one.settled && until.IsZero()
		i.LastPublic = incident.Later(i.LastPublic, at)
		if n == 0 || at.Before(i.FirstPublic) {
			i.FirstPublic = at
		}
		i.Changed = incident.Later(i.Changed, incident.Later(at, step.Update.Amended))
		i.Items[len(i.Items)-1-n] = Item{At: at, size: sizeOf(r.content.Documents, step.Update.Path), Late: !due.IsZero() && at.After(due) && at.After(date),
			Incident: i, Step: int32(n)}
		i.Linking = append(i.Linking, linking(r.content.Documents, step.Update.Path, step.Update.Translations)...)
	}
	if i.HasPostmortem() {
		i.Linking = append(i.Linking, linking(r.content.Documents, i.Postmortem.Path, i.Postmortem.Translations)...)
		i.Changed = incident.Later(i.Changed, i.PostmortemDate())
	}
	one.incident = i
}

// Kind is what permanent ids call it: "Incident" or "Maintenance".
func (i *Incident) Kind() string {
	if i.Planned {
		return "Maintenance"
	}
	return "Incident"
}

func (i *Incident) UpdateKey(step int) Key {
	kind := OfIncident
	if i.Planned {
		kind = OfMaintenance
	}
	return Key{kind, i.ID, i.Steps[step].Update.ID}
}

// PublishedAt is when a step was posted.
func (i *Incident) PublishedAt(step int) time.Time { return i.Item(step).At }

func (i *Incident) Item(step int) *Item { return &i.Items[len(i.Items)-1-step] }

// HasPostmortem reports whether it has a post-mortem that is public.
func (i *Incident) HasPostmortem() bool {
	return i.Postmortem != nil && i.Postmortem.Public && !i.Postmortem.Draft
}

// PostmortemDate is the date of the post-mortem, never before the end of the incident.
func (i *Incident) PostmortemDate() time.Time { return incident.Later(i.Postmortem.Date, i.End()) }

// InHistory reports whether the history shows it. Maintenance is shown once its window has begun,
// or it was cancelled.
func (i *Incident) InHistory() bool {
	return !i.Planned || i.State().Status != incident.Scheduled
}

// linking returns those of a source and its translations whose texts have links within the site.
func linking(documents markdown.Documents, source string, translations map[string]incident.Translation) (sources []string) {
	if len(documents[source].Links()) > 0 {
		sources = append(sources, source)
	}
	for _, t := range translations {
		if len(documents[t.Path].Links()) > 0 {
			sources = append(sources, t.Path)
		}
	}
	return sources
}
