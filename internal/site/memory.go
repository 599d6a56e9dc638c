package site

import (
	"slices"
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/incident"
)

// Memory keeps between plans of one site what time alone changes no more: the stories whose every update is public, and
// the order of their items; and the frame of the last plan. A plan with a memory gives what one without gives. It is for one plan
// at a time; a nil Memory keeps nothing.
//
// An entry is known by the very values it was made from: content that was loaded anew, and not recalled by a
// content.Memory, finds nothing here. Another configuration forgets everything.
type Memory struct {
	config                 *config.Config
	incidents, maintenance settledStories
	items                  listing // of all settled stories
	series                 cutting
	framed                 framed
}

// identity is what a story is made from. An address in it cannot come to mean something else while the memory, or the story,
// holds on to what lies there.
type identity struct {
	path       string
	updates    *incident.Update
	count      int
	postmortem *incident.Postmortem
}

// settled is a story that time alone does not change.
type settled struct {
	identity
	id    string
	since time.Time // it holds for this instant and all later ones
	story *story
}

// settledStories are those of incidents, or of maintenance.
type settledStories struct {
	list  []settled // in the order of the content, which is by id
	order []*story  // in the order of the site

	former      []settled // during a plan: what the one before kept, and nobody has asked for yet
	spare       []settled // the room of a list that is done with
	gone, fresh []*story  // what the last plan forgot, and what it kept anew
}

// begin gives a memory to plan with, also where there is none.
func (m *Memory) begin(c *config.Config) *Memory {
	if m == nil {
		return &Memory{config: c}
	}
	if m.config != c {
		*m = Memory{config: c}
	}
	m.incidents.begin()
	m.maintenance.begin()
	return m
}

func (k *settledStories) begin() {
	k.former, k.list, k.spare = k.list, k.spare[:0], k.list
	k.gone, k.fresh = nil, nil
}

// recall gives the story that was made of the same, nil for none. It is asked in the order of ids.
func (k *settledStories) recall(id string, who identity, now time.Time) *story {
	for len(k.former) > 0 && k.former[0].id < id {
		k.forget()
	}
	if len(k.former) == 0 || k.former[0].identity != who || now.Before(k.former[0].since) {
		return nil
	}
	e := k.former[0]
	k.former, k.list = k.former[1:], append(k.list, e)
	return e.story
}

func (k *settledStories) forget() {
	k.gone = append(k.gone, k.former[0].story)
	k.former = k.former[1:]
}

func (k *settledStories) keep(who identity, now time.Time, s *story) {
	k.list = append(k.list, settled{who, s.ID, now, s})
	k.fresh = append(k.fresh, s)
}

// end forgets what nobody has asked for, and gives all stories in the order of the site, those that are not settled too.
func (k *settledStories) end(open []*story, compare func(a, b *story) int) []*story {
	for len(k.former) > 0 {
		k.forget()
	}
	k.order = patched(k.order, k.gone, k.fresh, compare)
	return patched(k.order, nil, open, compare)
}

// patched gives a list that is in order without some elements and with others; the list itself stays as it is. No two elements
// are equal, but one that goes and one that comes in its place may be.
func patched[T any](list, gone, fresh []T, compare func(a, b T) int) []T {
	if len(gone)+len(fresh) == 0 {
		return list
	}
	gone, fresh = slices.SortedFunc(slices.Values(gone), compare), slices.SortedFunc(slices.Values(fresh), compare)
	next := make([]T, 0, len(list)+len(fresh))
	for len(gone)+len(fresh) > 0 {
		if len(fresh) == 0 || len(gone) > 0 && compare(gone[0], fresh[0]) <= 0 {
			i, found := slices.BinarySearchFunc(list, gone[0], compare)
			next, list = append(next, list[:i]...), list[i:]
			if found {
				list = list[1:]
			}
			gone = gone[1:]
			continue
		}
		i, _ := slices.BinarySearchFunc(list, fresh[0], compare)
		next, list = append(append(next, list[:i]...), fresh[0]), list[i:]
		fresh = fresh[1:]
	}
	return append(next, list...)
}
