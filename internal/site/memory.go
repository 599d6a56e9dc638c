package site

import (
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/incident"
)

// Memory keeps between plans of one site what time alone changes no more: the stories whose every update is public, and
// the order of their items. A plan with a memory gives what one without gives. It is for one plan at a time; a nil Memory
// keeps nothing.
//
// An entry is known by the very values it was made from: content that was loaded anew, and not recalled by a
// content.Memory, finds nothing here. Another configuration forgets everything.
type Memory struct {
	config  *config.Config
	settled map[string]settled // by folder
	items   []*item            // of all settled stories, in the order of feeds

	framed framed

	former map[string]settled // during a plan: what the one before kept
	fresh  []*story           // settled stories that it did not
}

// identity is what a story is made from. An address in it cannot come to mean something else while the memory, or the story,
// holds on to what lies there.
type identity struct {
	path       string
	updates    *incident.Update
	count      int
	postmortem *incident.Postmortem
}

type settled struct {
	identity
	since time.Time // it holds for this instant and all later ones
	story *story
}

func (m *Memory) begin(c *config.Config) {
	if m == nil {
		return
	}
	if m.config != c {
		*m = Memory{config: c}
	}
	m.former = m.settled
	m.settled = make(map[string]settled, len(m.former)+len(m.former)/8)
	m.fresh = nil
}

// recall gives the story that was made of the same, nil for none.
func (m *Memory) recall(k identity, now time.Time) *story {
	if m == nil {
		return nil
	}
	e, ok := m.former[k.path]
	if !ok || e.identity != k || now.Before(e.since) {
		return nil
	}
	m.settled[k.path] = e
	return e.story
}

func (m *Memory) keep(k identity, now time.Time, s *story) {
	if m != nil {
		m.settled[k.path] = settled{k, now, s}
		m.fresh = append(m.fresh, s)
	}
}

// keeps reports whether a story is settled.
func (m *Memory) keeps(s *story) bool { return m != nil && m.settled[s.Path].story == s }

// frame gives the frame of the plan before.
func (m *Memory) frame() framed {
	if m == nil {
		return framed{}
	}
	return m.framed
}

func (m *Memory) keepFrame(f framed) {
	if m != nil {
		m.framed = f
	}
}

// order gives the items of all settled stories in order, from those kept and those that are fresh.
func (m *Memory) order() []*item {
	gone := map[*story]bool{}
	for path, e := range m.former {
		if m.settled[path].story != e.story {
			gone[e.story] = true
		}
	}
	m.former = nil
	if len(gone) > 0 || len(m.fresh) > 0 {
		kept := make([]*item, 0, len(m.items))
		for _, i := range m.items {
			if len(gone) == 0 || !gone[i.story] {
				kept = append(kept, i)
			}
		}
		m.items = merged(kept, itemsOf(m.fresh))
	}
	return m.items
}
