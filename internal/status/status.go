// Package status computes the condition of each component: now, at an instant, day by day, and as
// uptime. It takes histories of public updates, the page's zone and the current time as arguments,
// and reads no clock and no files.
package status

import (
	"cmp"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
)

type Input struct {
	Components []Component
	// Incidents and Maintenance contain public steps only; see policy.Public and
	// incident.History.Until.
	Incidents   []incident.History
	Maintenance []incident.History
	Zone        *time.Location // the zone that defines days
	Weights     map[incident.Condition]float64
	Now         time.Time
}

type Component struct {
	ID    string
	Start time.Time // ignores everything before it; zero: ignores nothing
}

// Board is the state of the page at one instant, with its history. It is safe for concurrent use.
type Board struct {
	input   Input
	overall Overall
	lines   map[string]*line
}

type line struct {
	component Component
	now       incident.Condition
	spans     []span // by start
	pieces    []piece
}

type span struct {
	incident.Span
	cause *incident.History
	order int // order among spans that start together
}

// piece is a period in one condition: the worst of the spans that overlap there. Pieces don't
// overlap. The component is operational between them.
type piece struct {
	condition incident.Condition
	from, to  time.Time
}

// New returns the board. Incident steps count even if they are dated in the future, because the
// rules decided that they are public.
func New(input Input) *Board {
	b := &Board{input: input, lines: make(map[string]*line, len(input.Components))}
	for _, c := range input.Components {
		b.lines[c.ID] = &line{component: c, now: incident.Operational}
	}
	raise := allOperational
	// Incidents usually come newest first, so going backward leaves little to sort.
	for i := range slices.Backward(input.Incidents) {
		h := &input.Incidents[i]
		b.collect(h, i)
		if h.Over() {
			continue
		}
		state := h.State()
		raise = raise.worse(severityOverall(state.Raise()))
		for _, a := range state.Conditions() {
			if l := b.lines[a.Component]; l != nil {
				l.now = max(l.now, a.Condition)
			}
		}
	}
	for i := range input.Maintenance {
		h := &input.Maintenance[i]
		b.collect(h, len(input.Incidents)+i)
		for _, s := range h.Spans {
			if l := b.lines[s.Component]; l != nil && covers(s, input.Now) {
				l.now = max(l.now, s.Condition)
			}
		}
	}
	conditions := make([]incident.Condition, 0, len(input.Components))
	for _, c := range input.Components {
		l := b.lines[c.ID]
		slices.SortStableFunc(l.spans, func(a, b span) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.order, b.order)) })
		l.pieces = merge(l.spans, input.Now)
		conditions = append(conditions, l.now)
	}
	b.overall = RollUp(conditions).raised(raise)
	return b
}

func covers(s incident.Span, t time.Time) bool {
	return !s.From.After(t) && (s.To.IsZero() || t.Before(s.To))
}

func (b *Board) collect(h *incident.History, order int) {
	for _, s := range h.Spans {
		if l := b.lines[s.Component]; l != nil {
			l.spans = append(l.spans, span{s, h, order})
		}
	}
}

// merge turns spans that may overlap, sorted by start, into pieces up to now. Where spans overlap,
// the worst condition applies.
func merge(spans []span, now time.Time) []piece {
	type edge struct {
		at        time.Time
		condition incident.Condition
		begins    bool
	}
	edges := make([]edge, 0, 2*len(spans))
	for _, s := range spans {
		from, to := s.From, s.To
		if to.IsZero() || to.After(now) {
			to = now
		}
		if !to.After(from) {
			continue
		}
		edges = append(edges, edge{from, s.Condition, true}, edge{to, s.Condition, false})
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return a.at.Compare(b.at) })
	var pieces []piece
	var running [incident.MajorOutage + 1]int
	worst := func() incident.Condition {
		for c := incident.MajorOutage; c > incident.Operational; c-- {
			if running[c] > 0 {
				return c
			}
		}
		return incident.Operational
	}
	for i := 0; i < len(edges); {
		at := edges[i].at
		for ; i < len(edges) && edges[i].at.Equal(at); i++ {
			if edges[i].begins {
				running[edges[i].condition]++
			} else {
				running[edges[i].condition]--
			}
		}
		condition := worst()
		if n := len(pieces); n > 0 && pieces[n-1].to.IsZero() {
			if pieces[n-1].condition == condition {
				continue
			}
			pieces[n-1].to = at
		}
		if condition > incident.Operational {
			pieces = append(pieces, piece{condition: condition, from: at})
		}
	}
	return pieces
}

// Now returns the current condition of a component. An unknown component is operational.
func (b *Board) Now(component string) incident.Condition {
	if l := b.lines[component]; l != nil {
		return l.now
	}
	return incident.Operational
}

func (b *Board) Overall() Overall { return b.overall }
