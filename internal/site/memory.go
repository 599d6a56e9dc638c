package site

import (
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

// Memory keeps, between plans of one site, the incidents and maintenance that time alone no longer changes. A plan with a
// memory is the same as one without. It is for one plan at a time; a nil Memory keeps nothing.
//
// An entry is known by the very values that it was made from: content that was loaded anew, and not recalled by a
// content.Memory, finds nothing here. Another configuration forgets everything.
type Memory struct {
	config  *config.Config
	settled settledStories
}

// settledStories are stories that time alone does not change.
type settledStories map[identity]settled

// identity is what a story is made from. Its pointers cannot come to mean something else, since they keep alive what is there.
type identity struct {
	path       string
	updates    *incident.Update
	count      int
	postmortem *incident.Postmortem
}

func incidentIdentity(i *incident.Incident) identity {
	return identity{i.Path, &i.Updates[0], len(i.Updates), i.Postmortem}
}

func maintenanceIdentity(m *incident.Maintenance) identity {
	return identity{path: m.Path, updates: &m.Updates[0], count: len(m.Updates)}
}

type settled struct {
	since time.Time // it holds at this instant and later
	story *story
}

// known returns the stories of a configuration that were kept.
func (m *Memory) known(c *config.Config) settledStories {
	if m == nil || m.config != c {
		return nil
	}
	return m.settled
}

// story returns the story that was made from the same, nil for none.
func (k settledStories) story(of identity, now time.Time) *story {
	if e, ok := k[of]; ok && !now.Before(e.since) {
		return e.story
	}
	return nil
}

// keep replaces what is kept by the settled stories among those released.
func (m *Memory) keep(r releaser, known settledStories, incidents, maintenance []released) {
	if m == nil {
		return
	}
	next := make(settledStories, len(incidents)+len(maintenance))
	put := func(of identity, one released) {
		switch e, ok := known[of]; {
		case !one.settled || one.story == nil:
		case ok && e.story == one.story:
			next[of] = e
		default:
			next[of] = settled{r.now, one.story}
		}
	}
	for n, one := range incidents {
		put(incidentIdentity(&r.content.Incidents[n]), one)
	}
	for n, one := range maintenance {
		put(maintenanceIdentity(&r.content.Maintenance[n]), one)
	}
	m.config, m.settled = r.config, next
}
