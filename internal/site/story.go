package site

import (
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/markdown"
)

// story is an incident or maintenance as far as it is public. What it holds follows from its own files, the configuration and
// the instant alone, and never changes, so that several plans can share it: see Memory.
type story struct {
	incident.History
	ref, markdown Ref
	code          string    // its id in the API
	first, last   time.Time // when the first step became public, and the last
	over          bool      // see incident.History.Over
	changed       time.Time // when an update last came or was amended, or the post-mortem
	aliases       []former
	components    []string // all that were ever affected
	moved         []moved
	items         []item    // of each step, newest first
	linked        []string  // the sources whose texts have links within the site
	begun         time.Time // see began
	month         time.Time // the start of the month of that, in the page's zone
}

// former is a former address and the file that names it.
type former struct{ address, source string }

func formers(u *incident.Update) (all []former) {
	for _, address := range u.Aliases {
		all = append(all, former{address, u.Path})
	}
	return all
}

// moved is when the condition of a component last changed.
type moved struct {
	component string
	at        time.Time
}

// story makes the story of a history from the releases of its updates, which are in the order of its steps.
func (r releaser) story(h incident.History, public []policy.Release) *story {
	s := &story{History: h, items: make([]item, len(h.Steps))}
	s.ref = Ref(s.section() + "/" + s.ID + "/index.html")
	s.markdown = Ref(strings.TrimSuffix(string(s.ref), "html") + "md")
	s.components, s.over, s.code = h.Components(), h.Over(), Identify(strings.ToLower(s.kind()), s.ID)
	if s.begun = s.First(); s.Planned {
		s.begun = s.State().Starts
	}
	s.month = monthStart(s.begun, r.config.Zone)
	for n := range h.Steps {
		step := &s.Steps[n]
		at := step.Update.Date
		if !step.Clock() {
			at = public[0].Published
			s.aliases = append(s.aliases, formers(public[0].Update)...)
			public = public[1:]
		}
		s.last = later(s.last, at)
		if n == 0 || at.Before(s.first) {
			s.first = at
		}
		s.changed = later(s.changed, later(at, step.Update.Amended))
		s.items[len(s.items)-1-n] = item{at: at, size: sizeOf(r.content.Documents, step.Update.Path), year: int32(at.In(r.config.Zone).Year()), story: s, step: int32(n)}
		s.move(step, at)
		s.linked = append(s.linked, linked(r.content.Documents, step.Update.Path, step.Update.Translations)...)
	}
	if s.publicPostmortem() {
		s.linked = append(s.linked, linked(r.content.Documents, s.Postmortem.Path, s.Postmortem.Translations)...)
		s.changed = later(s.changed, s.documented())
	}
	return s
}

// move notes which conditions a step changed.
func (s *story) move(step *incident.Step, at time.Time) {
	var room [8]incident.Move
	for _, move := range step.AppendMoves(room[:0]) {
		if move.Before == move.After {
			continue
		}
		i := slices.IndexFunc(s.moved, func(m moved) bool { return m.component == move.Component })
		if i < 0 {
			s.moved = append(s.moved, moved{move.Component, at})
		} else {
			s.moved[i].at = later(s.moved[i].at, at)
		}
	}
}

// began is when an incident began or the window of maintenance starts.
func (s *story) began() time.Time { return s.begun }

// publishedAt is when a step became public.
func (s *story) publishedAt(n int) time.Time { return s.items[len(s.items)-1-n].at }

// linked returns the texts of a source, and of its translations, that have links within the site.
func linked(documents map[string]*markdown.Document, source string, translations map[string]incident.Translation) (texts []string) {
	if len(documents[source].Links()) > 0 {
		texts = append(texts, source)
	}
	for _, t := range translations {
		if len(documents[t.Path].Links()) > 0 {
			texts = append(texts, t.Path)
		}
	}
	return texts
}

func (s *story) section() string {
	if s.Planned {
		return "maintenance"
	}
	return "incidents"
}

func (s *story) publicPostmortem() bool {
	return s.Postmortem != nil && s.Postmortem.Public && !s.Postmortem.Draft
}

// documented is the date of the post-mortem, never before the end of the incident.
func (s *story) documented() time.Time { return later(s.Postmortem.Date, s.End()) }
