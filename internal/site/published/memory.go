package published

import (
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

// Memory keeps, between snapshots of one site, the incidents and maintenance that time alone no
// longer changes. A snapshot with a memory equals one without. It serves one snapshot at a time; a
// nil Memory keeps nothing.
//
// An entry is found by the very values that it was made from. Content that was loaded anew, and not
// recalled by a content.Memory, finds nothing. Another configuration or Posted clears the memory.
type Memory struct {
	config  *config.Config
	posted  *Posted
	settled settledIncidents
}

// settledIncidents are those that time alone does not change.
type settledIncidents map[identity]settled

// identity is what an incident is made from. The entry keeps what the pointers point to alive, so
// they cannot come to point to anything else.
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
	since    time.Time // it holds at this instant and later
	incident *Incident
}

// known returns what was kept for a configuration and what is known of when updates were posted.
func (m *Memory) known(r releaser) settledIncidents {
	if m == nil || m.config != r.config || m.posted != r.posted {
		return nil
	}
	return m.settled
}

// incident returns the incident that was made from the same values; nil for none.
func (k settledIncidents) incident(of identity, now time.Time) *Incident {
	if e, ok := k[of]; ok && !now.Before(e.since) {
		return e.incident
	}
	return nil
}

// keep replaces what is kept by the settled ones among those released.
func (m *Memory) keep(r releaser, known settledIncidents, all []released) {
	if m == nil {
		return
	}
	next := make(settledIncidents, len(all))
	for _, one := range all {
		switch e, ok := known[one.identity]; {
		case !one.settled || one.incident == nil:
		case ok && e.incident == one.incident:
			next[one.identity] = e
		default:
			next[one.identity] = settled{r.now, one.incident}
		}
	}
	m.config, m.posted, m.settled = r.config, r.posted, next
}
