package published

import (
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

// Memory keeps, between snapshots of one site, the incidents and maintenance that time alone no
// longer changes. A snapshot with a memory equals one without. It serves one snapshot at a time; a
// nil Memory keeps nothing.
//
// An entry is found by the address of its first update: package content makes a folder as a whole,
// and shares what did not change between loads with a content.Memory. Another configuration or
// Posted clears the memory.
type Memory struct {
	config   *config.Config
	posted   *Posted
	released map[*incident.Update]released
}

// known returns what was kept for the same configuration and the same Posted.
func (m *Memory) known(r releaser) map[*incident.Update]released {
	if m == nil || m.config != r.config || m.posted != r.posted {
		return nil
	}
	return m.released
}

// keep replaces what is kept by the settled ones of all that was released.
func (m *Memory) keep(r releaser, all []released) {
	if m == nil {
		return
	}
	*m = Memory{r.config, r.posted, make(map[*incident.Update]released, len(all))}
	for _, one := range all {
		if one.settled && one.incident != nil {
			m.released[one.first] = one
		}
	}
}
