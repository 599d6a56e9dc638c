package statuspage

import (
	"encoding/json"
	"time"

	"settler.io/crier/internal/site"
)

type uptimeObject struct {
	Days30 *json.Number  `json:"days_30"` // percent, without today; null if unknown
	Days90 *json.Number  `json:"days_90"`
	Months []monthUptime `json:"months"` // newest first
}

type monthUptime struct {
	Month  string      `json:"month"`
	Uptime json.Number `json:"uptime"`
}

type uptimeComponent struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Uptime uptimeObject `json:"uptime"`
}

type day struct {
	Date   string     `json:"date"`
	Status *string    `json:"status"` // worst of the day; null before the component's start
	Events []dayEvent `json:"events"`
}

type dayEvent struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	Status string `json:"status"`
}

func (w *API) uptimeOf(c *site.FactComponent) uptimeObject {
	object := uptimeObject{optional(json.Number(c.Uptime30)), optional(json.Number(c.Uptime)), []monthUptime{}}
	for _, m := range c.Months {
		object.Months = append(object.Months, monthUptime{m.Start.Format("2006-01"), json.Number(m.Uptime)})
	}
	return object
}

func (w *API) uptime() []uptimeComponent {
	list := []uptimeComponent{}
	for i := range w.facts.Components {
		c := &w.facts.Components[i]
		list = append(list, uptimeComponent{c.Code, c.Name, w.uptimeOf(c)})
	}
	return list
}

// days returns the last 90 days of a component, oldest first.
func (w *API) days(c *site.FactComponent) []day {
	days := []day{}
	for _, bar := range c.Bars {
		d := day{Date: bar.Start.Format(time.DateOnly), Events: []dayEvent{}}
		if bar.Worst != 0 {
			d.Status = optional(bar.Worst.String())
		}
		for _, e := range bar.Events {
			d.Events = append(d.Events, dayEvent{e.Title, w.site.Meta.URL(e.Page), e.Worst.String()})
		}
		days = append(days, d)
	}
	return days
}
