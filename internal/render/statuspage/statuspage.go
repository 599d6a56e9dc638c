// Package statuspage writes the public API of Atlassian Statuspage, version 2, field by field, and
// a few documents more. It takes the plan of package site, and reads no clock.
package statuspage

import (
	"bytes"
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
	parts func() parts
}

// New returns the API of a site. It is safe for concurrent use.
func New(s *site.Site) *API {
	f := s.Facts()
	w := &API{site: s, facts: f, zone: f.Meta.Zone, page: site.Identify("page", f.Host)}
	w.parts = sync.OnceValue(w.listComponents)
	return w
}

// Write writes the document that the view names.
func (w *API) Write(out io.Writer, v site.APIView) error { return encode(out, w.document(v)) }

func (w *API) document(v site.APIView) any {
	f := w.facts
	switch v.Document {
	case "summary":
		return summaryDocument{w.pageObject(), w.parts().list, w.records(only(f.Incidents, unresolved)), w.records(only(f.Maintenance, planned)), w.status()}
	case "status":
		return statusDocument{w.pageObject(), w.status()}
	case "components":
		return componentsDocument{w.pageObject(), w.parts().list}
	case "incidents":
		return w.incidents(f.Incidents[:min(most, len(f.Incidents))])
	case "incidents/unresolved":
		return w.incidents(only(f.Incidents, unresolved))
	case "scheduled-maintenances":
		newest := slices.Clone(f.Maintenance)
		slices.Reverse(newest)
		return w.maintenance(newest[:min(most, len(newest))])
	case "scheduled-maintenances/upcoming":
		return w.maintenance(only(f.Maintenance, scheduled))
	case "scheduled-maintenances/active":
		return w.maintenance(only(f.Maintenance, active))
	case "uptime":
		return w.uptime()
	case "incident":
		return incidentDocument{w.record(w.site.Record(v), true)}
	case "component":
		return w.componentDocument(&f.Parts().Components[v.Component])
	}
	panic("no document " + v.Document)
}

func (w *API) incidents(records []*site.Record) any {
	return incidentsDocument{w.pageObject(), w.records(records)}
}

func (w *API) maintenance(records []*site.Record) any {
	return maintenanceDocument{w.pageObject(), w.records(records)}
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
func active(r *site.Record) bool {
	return r.State().Status == incident.InProgress || r.State().Status == incident.Verifying
}
func planned(r *site.Record) bool { return scheduled(r) || active(r) }

// The documents. Keys are in the order that Statuspage uses.
type (
	summaryDocument struct {
		Page        page   `json:"page"`
		Components  []any  `json:"components"`
		Incidents   []any  `json:"incidents"`
		Maintenance []any  `json:"scheduled_maintenances"`
		Status      status `json:"status"`
	}
	statusDocument struct {
		Page   page   `json:"page"`
		Status status `json:"status"`
	}
	componentsDocument struct {
		Page       page  `json:"page"`
		Components []any `json:"components"`
	}
	incidentsDocument struct {
		Page      page  `json:"page"`
		Incidents []any `json:"incidents"`
	}
	maintenanceDocument struct {
		Page        page  `json:"page"`
		Maintenance []any `json:"scheduled_maintenances"`
	}
	incidentDocument struct {
		Incident any `json:"incident"`
	}
)
