// Package statuspage writes the public API of Atlassian Statuspage, version 2, field by field, and
// a few documents more. It takes the plan of package site, and reads no clock.
package statuspage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// most is the limit of incidents, and of maintenance, in a list.
const most = 50

// API writes the API documents of a site.
type API struct {
	site  *site.Site
	facts *site.Facts
	zone  *time.Location
	page  string

	components map[string]*site.FactComponent // by id in config.toml
	parts      func() parts
}

// New returns the API of a site. It is safe for concurrent use.
func New(s *site.Site) *API {
	w := &API{site: s, facts: s.Facts(), zone: s.Meta.Zone, page: cmp.Or(s.Config.Code, site.Identify("page", s.Config.Feeds.Host)),
		components: map[string]*site.FactComponent{}}
	for i := range w.facts.Components {
		c := &w.facts.Components[i]
		w.components[c.ID] = c
	}
	w.parts = sync.OnceValue(w.listComponents)
	return w
}

// Write writes the document that the view names.
func (w *API) Write(out io.Writer, v site.APIView) error { return encode(out, w.document(v)) }

// document is any of the documents. Its keys are in the order that Statuspage uses, and those that
// a document does not have are nil.
type document struct {
	Page        any `json:"page,omitempty"`
	Component   any `json:"component,omitempty"`
	Components  any `json:"components,omitempty"`
	Incident    any `json:"incident,omitempty"`
	Incidents   any `json:"incidents,omitempty"`
	Maintenance any `json:"scheduled_maintenances,omitempty"`
	Status      any `json:"status,omitempty"`
	Uptime      any `json:"uptime,omitempty"`
	Days        any `json:"days,omitempty"`
}

func (w *API) document(v site.APIView) document {
	f := w.facts
	d := document{Page: w.pageObject()}
	switch v.Document {
	case "summary":
		d.Components, d.Incidents, d.Maintenance, d.Status = w.parts().list, w.records(only(f.Incidents, unresolved)), w.records(only(f.Maintenance, planned)), w.status()
	case "status":
		d.Status = w.status()
	case "components":
		d.Components = w.parts().list
	case "incidents":
		d.Incidents = w.records(f.Incidents[:min(most, len(f.Incidents))])
	case "incidents/unresolved":
		d.Incidents = w.records(only(f.Incidents, unresolved))
	case "scheduled-maintenances":
		newest := slices.Clone(f.Maintenance)
		slices.Reverse(newest)
		d.Maintenance = w.records(newest[:min(most, len(newest))])
	case "scheduled-maintenances/upcoming":
		d.Maintenance = w.records(only(f.Maintenance, scheduled))
	case "scheduled-maintenances/active":
		d.Maintenance = w.records(only(f.Maintenance, active))
	case "uptime":
		return document{Components: w.uptime()}
	case "incident":
		return document{Incident: w.record(w.site.Record(v), true)}
	case "component":
		c := &f.Components[v.Component]
		return document{Component: w.parts().named[c.ID], Uptime: w.uptimeOf(c), Days: w.days(c)}
	default:
		panic("no document " + v.Document)
	}
	return d
}

func encode(w io.Writer, document any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
	return err
}

// only returns the records for which kind is true.
func only(records []*site.Record, kind func(*site.Record) bool) []*site.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r *site.Record) bool { return !kind(r) })
}

func unresolved(r *site.Record) bool { return !r.Over() }
func scheduled(r *site.Record) bool  { return r.State().Status == incident.Scheduled }
func active(r *site.Record) bool     { return r.State().Status.Running() }
func planned(r *site.Record) bool    { return scheduled(r) || active(r) }
