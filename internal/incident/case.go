package incident

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Case is an incident or maintenance with its history, as people who write updates see it: drafts
// and what is not public yet count.
type Case struct {
	ID, Path   string
	Planned    bool     // maintenance
	Updates    []Update // all, by date
	History    History  // without drafts, unless all are drafts
	Postmortem *Postmortem
}

// Cases lists all incidents and maintenance: open ones that are not only drafts first, incidents
// before maintenance, the newest first.
func Cases(incidents []Incident, maintenance []Maintenance, now time.Time) []Case {
	var cases []Case
	for _, i := range incidents {
		c := Case{ID: i.ID, Path: i.Path, Updates: Sorted(i.Updates), Postmortem: i.Postmortem}
		i.Updates = c.written()
		c.History = Fold(i)
		cases = append(cases, c)
	}
	for _, m := range maintenance {
		c := Case{ID: m.ID, Path: m.Path, Updates: Sorted(m.Updates), Planned: true}
		m.Updates = c.written()
		c.History = FoldMaintenance(m).Until(now)
		cases = append(cases, c)
	}
	rank := func(c Case) int {
		switch {
		case !c.Open(), c.OnlyDrafts():
			return 2
		case c.Planned:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(cases, func(a, b Case) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.History.First().Compare(a.History.First()), strings.Compare(b.ID, a.ID))
	})
	return cases
}

// Incident and Maintenance return what the case is made of; only one of them makes sense.
func (c Case) Incident() Incident {
	return Incident{ID: c.ID, Path: c.Path, Updates: c.Updates, Postmortem: c.Postmortem}
}

func (c Case) Maintenance() Maintenance {
	return Maintenance{ID: c.ID, Path: c.Path, Updates: c.Updates}
}

// written returns the updates that are not drafts, or all if there are only drafts.
func (c Case) written() []Update {
	written := slices.DeleteFunc(slices.Clone(c.Updates), func(u Update) bool { return u.Draft })
	if len(written) == 0 {
		return c.Updates
	}
	return written
}

// Open reports whether the incident is not resolved, or the maintenance not completed or cancelled.
func (c Case) Open() bool { return !c.History.Over() }

func (c Case) OnlyDrafts() bool {
	return !slices.ContainsFunc(c.Updates, func(u Update) bool { return !u.Draft })
}

func (c Case) Statuses() []Status {
	if c.Planned {
		return MaintenanceStatuses[:]
	}
	return IncidentStatuses[:]
}

// Describe describes the current state in one line.
func (c Case) Describe() string {
	state := c.History.State()
	kind := "maintenance"
	if !c.Planned {
		kind = state.Severity.String()
	}
	return kind + ", " + state.Status.Word() + ": " + state.Title
}

// Began returns when an incident was detected, or when maintenance starts.
func (c Case) Began() time.Time {
	if c.Planned {
		return c.History.State().Starts
	}
	if first := c.History.Steps[0].Update; !first.Detected.IsZero() {
		return first.Detected
	}
	return c.History.First()
}

// Lasted returns how long a case lasted, or how long it has been open.
func (c Case) Lasted(now time.Time) time.Duration {
	end := cmp.Or(c.History.End(), now)
	return max(0, end.Sub(c.Began()))
}

// WithDrafts returns an update with the values that only the drafts before it state. Readers would
// not see them otherwise, because drafts are not public.
func (c Case) WithDrafts(u Update) Update {
	r := u.ForRunbook()
	for _, d := range slices.Backward(c.Updates) {
		u.Title = cmp.Or(u.Title, d.Title)
		u.Severity = cmp.Or(u.Severity, d.Severity)
		if !d.Detected.After(u.Date) {
			u.Detected = cmp.Or(d.Detected, u.Detected)
		}
		if u.Components == nil {
			u.Components = d.Components
		}
		if !u.Status.Over() {
			u.Impact = cmp.Or(u.Impact, d.Impact)
			u.ETA = cmp.Or(u.ETA, d.ETA)
		}
		u.Starts, u.Ends = cmp.Or(u.Starts, d.Starts), cmp.Or(u.Ends, d.Ends)
		ofDraft := d.ForRunbook()
		r.Security, r.DataLoss = cmp.Or(r.Security, ofDraft.Security), r.DataLoss || ofDraft.DataLoss
		u.Aliases = append(u.Aliases, d.Aliases...)
	}
	if r.Security != "" || r.DataLoss {
		u.Runbook = &r
	}
	return u
}

// IDs returns the IDs of cases.
func IDs(cases []Case) []string {
	ids := make([]string, len(cases))
	for n, c := range cases {
		ids[n] = c.ID
	}
	return ids
}

// WithTicket returns the case with an update that states the URL of a ticket.
func WithTicket(cases []Case, url string) (c Case, ok bool) {
	at := slices.IndexFunc(cases, func(c Case) bool {
		return slices.ContainsFunc(c.Updates, func(u Update) bool { return u.ForRunbook().Ticket == url })
	})
	if at < 0 {
		return Case{}, false
	}
	return cases[at], true
}

// LackingPostmortem returns the resolved incidents that have no post-mortem yet, and the
// post-mortems of others that are drafts.
func LackingPostmortem(cases []Case) (lacking []Case, drafts []*Postmortem) {
	for _, c := range cases {
		switch {
		case c.Planned, c.Open(), c.OnlyDrafts(), c.History.Retracted():
		case c.Postmortem == nil:
			lacking = append(lacking, c)
		case c.Postmortem.Draft:
			drafts = append(drafts, c.Postmortem)
		}
	}
	return lacking, drafts
}

type Filter struct {
	Planned      bool       // maintenance instead of incidents
	Open         bool       // only open ones that are not only drafts
	Severities   []Severity // the severity now or at its worst; none: any
	Components   []string   // any of those affected; none: any
	Since, Until time.Time  // when it began, Until excluded; zero: at any time
}

func (f Filter) Match(c Case) bool {
	began := c.Began()
	switch {
	case c.Planned != f.Planned, f.Open && (!c.Open() || c.OnlyDrafts()), began.Before(f.Since), !f.Until.IsZero() && !began.Before(f.Until):
		return false
	case len(f.Severities) > 0 && !slices.Contains(f.Severities, c.History.Worst()) && !slices.Contains(f.Severities, c.History.State().Severity):
		return false
	}
	return len(f.Components) == 0 || slices.ContainsFunc(c.History.Components(), func(id string) bool { return slices.Contains(f.Components, id) })
}
