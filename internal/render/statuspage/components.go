package statuspage

import (
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// parts are the API objects of the page's groups and components.
type parts struct {
	list  []any // groups and components, in the page's order
	named map[string]component
}

// stamp is a time in Statuspage's format: RFC 3339 with three decimals, in the page's zone.
type stamp string

func (w *API) stamp(t time.Time) *stamp {
	if t.IsZero() {
		return nil
	}
	s := stamp(t.In(w.zone).Format("2006-01-02T15:04:05.000Z07:00"))
	return &s
}

type page struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	TimeZone  string `json:"time_zone"`
	UpdatedAt *stamp `json:"updated_at"`
}

func (w *API) pageObject() page {
	zone := w.zone.String()
	if zone == "UTC" {
		zone = "Etc/UTC"
	}
	return page{w.page, w.site.Meta.Title, strings.TrimSuffix(w.site.Meta.BaseURL, "/"), zone, w.stamp(w.facts.Changed)}
}

type status struct {
	Indicator   string `json:"indicator"`
	Description string `json:"description"`
}

func (w *API) status() status {
	state := w.site.State()
	return status{state.Indicator, state.Description}
}

type component struct {
	ID                 string  `json:"id"`
	Name               string  `json:"name"`
	Status             string  `json:"status"`
	CreatedAt          *stamp  `json:"created_at"`
	UpdatedAt          *stamp  `json:"updated_at"`
	Position           int     `json:"position"`
	Description        *string `json:"description"`
	Showcase           bool    `json:"showcase"`
	StartDate          *string `json:"start_date"`
	GroupID            *string `json:"group_id"`
	PageID             string  `json:"page_id"`
	Group              bool    `json:"group"`
	OnlyShowIfDegraded bool    `json:"only_show_if_degraded"`
}

type group struct {
	component
	Components []string `json:"components"`
}

// optional returns a pointer to a value, or nil, which JSON has as null, for the zero value.
func optional[Value comparable](value Value) *Value {
	var zero Value
	if value == zero {
		return nil
	}
	return &value
}

// listComponents returns each group followed by its components, in the page's order.
func (w *API) listComponents() parts {
	p := parts{list: []any{}, named: map[string]component{}}
	for _, g := range w.facts.Groups {
		var id string
		if g.Name != "" {
			id = g.Code
			p.list = append(p.list, w.group(g, id, len(p.list)+1))
		}
		for _, c := range g.Components {
			object := w.component(w.components[c.ID], id, len(p.list)+1)
			p.list = append(p.list, object)
			p.named[c.ID] = object
		}
	}
	return p
}

func (w *API) group(g site.Group, id string, position int) group {
	own := group{component: component{ID: id, Name: g.Name, Status: g.Condition.String(), Position: position, Description: optional(g.Description), PageID: w.page, Group: true}}
	var created, changed time.Time
	for _, c := range g.Components {
		facts := w.components[c.ID]
		own.Components = append(own.Components, facts.Code)
		if created.IsZero() || facts.Created.Before(created) {
			created = facts.Created
		}
		changed = incident.Later(changed, facts.Changed)
	}
	own.CreatedAt, own.UpdatedAt = w.stamp(created), w.stamp(changed)
	return own
}

func (w *API) component(c *site.FactComponent, group string, position int) component {
	object := component{ID: c.Code, Name: c.Name, Status: c.Condition.String(), CreatedAt: w.stamp(c.Created), UpdatedAt: w.stamp(c.Changed),
		Position: position, Description: optional(c.Description), Showcase: true, GroupID: optional(group), PageID: w.page}
	if !c.StartDate.IsZero() {
		object.StartDate = optional(c.StartDate.Format(time.DateOnly))
	}
	return object
}
