package site

import (
	"settler.io/crier/internal/status"
	"slices"

	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
)

func (p *Site) componentPage(c *config.Component, from pageContext) (title, description string, view any) {
	v := &ComponentPage{Component: p.component(*c, from.Meta),
		Subscribe: formats(Ref("components/"+c.ID+"/"), from.Meta)}
	for _, s := range p.public.Incidents {
		switch {
		case !slices.Contains(s.EverAffected, c.ID):
		case !s.Over():
			v.Open = append(v.Open, p.open(s, from))
		case len(v.Incidents) == MaxComponentIncidents:
			v.More++
		default:
			v.Incidents = append(v.Incidents, p.incident(s, from))
		}
	}
	for _, s := range p.public.Maintenance {
		if !s.Over() && slices.Contains(s.EverAffected, c.ID) {
			v.Upcoming = append(v.Upcoming, p.maintenanceView(s, from))
		}
	}
	v.Months = p.monthsOf(c.ID)
	return c.Name, c.Description, v
}

// monthsOf returns the uptime of a component by month, newest first. It links only months that
// mention the component, so that the first incident of a month does not change the pages of all
// other components.
func (p *Site) monthsOf(component string) []MonthUptime {
	tells := func(s *published.Incident) bool { return slices.Contains(s.EverAffected, component) }
	var months []MonthUptime
	for _, m := range p.board().Months(component, MaxUptimeMonths) {
		u := MonthUptime{Start: m.Start, Uptime: percent(m.Share), SoFar: status.NextMonth(m.Start, p.Config.Zone).After(p.Now)}
		if month := p.monthAt(m.Start); month != nil && (slices.ContainsFunc(month.Incidents, tells) || slices.ContainsFunc(month.Maintenance, tells)) {
			u.Page = monthRef(month.Start)
		}
		months = append(months, u)
	}
	return months
}
