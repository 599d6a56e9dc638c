// Package api writes the public API that clients of Atlassian Statuspage read, version 2, field for field, and a few documents
// more. It takes facts of package site and gives bytes; it reads no clock.
package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"math/bits"
	"slices"
	"sync"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// Document is a file of the API: its path, and how its bytes are written, from any goroutine.
type Document struct {
	Path  string
	Key   string // what its bytes follow from, "" where that is not known; see site.Record.Key
	Write func(io.Writer) error
}

// most is how many incidents, and how much maintenance, the lists hold.
const most = 50

// Documents lists the files of the API. Two incidents of one id would want the same path, which no file set takes.
func Documents(f *site.Facts) []Document {
	w := &writer{facts: f, zone: f.Meta.Zone, page: Identify("page", f.Host)}
	w.parts = sync.OnceValue(w.listComponents)
	var all []Document
	add := func(path string, make func() any) {
		all = append(all, Document{Path: "api/v2/" + path, Write: func(out io.Writer) error { return encode(out, make()) }})
	}
	incidents := func(path string, records []*site.Record) {
		add(path, func() any { return incidentsDocument{w.pageObject(), w.records(records)} })
	}
	maintenance := func(path string, records []*site.Record) {
		add(path, func() any { return maintenanceDocument{w.pageObject(), w.records(records)} })
	}
	newest := slices.Clone(f.Maintenance)
	slices.Reverse(newest)
	add("summary.json", func() any {
		return summaryDocument{w.pageObject(), w.parts().list, w.records(only(f.Incidents, unresolved)), w.records(only(f.Maintenance, planned)), w.status()}
	})
	add("status.json", func() any { return statusDocument{w.pageObject(), w.status()} })
	add("components.json", func() any { return componentsDocument{w.pageObject(), w.parts().list} })
	incidents("incidents.json", f.Incidents[:min(most, len(f.Incidents))])
	incidents("incidents/unresolved.json", only(f.Incidents, unresolved))
	maintenance("scheduled-maintenances.json", newest[:min(most, len(newest))])
	maintenance("scheduled-maintenances/upcoming.json", only(f.Maintenance, scheduled))
	maintenance("scheduled-maintenances/active.json", only(f.Maintenance, active))
	add("uptime.json", func() any { return w.uptime() })
	for _, r := range slices.Concat(f.Incidents, f.Maintenance) {
		add("incidents/"+recordID(r)+".json", func() any { return incidentDocument{w.record(r, true)} })
		all[len(all)-1].Key = r.Key()
	}
	for i, id := range f.ComponentIDs {
		add("components/"+Identify("component", id)+".json", func() any { return w.componentDocument(&f.Parts().Components[i]) })
	}
	return all
}

// Identify makes the permanent id of a thing from its kind and slug: 12 characters of a to z and 0 to 9.
func Identify(kind, slug string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + slug))
	// The last 12 digits, to the base of 36, of the hash as a number: those of its remainder by 36^12.
	const modulus = 4738381338321616896
	var rest uint64
	for i := 0; i < len(sum); i += 8 {
		_, rest = bits.Div64(rest, binary.BigEndian.Uint64(sum[i:]), modulus)
	}
	var text [12]byte
	for i := range slices.Backward(text[:]) {
		text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[rest%36]
		rest /= 36
	}
	return string(text[:])
}

func recordID(r *site.Record) string {
	if r.Planned {
		return Identify("maintenance", r.ID)
	}
	return Identify("incident", r.ID)
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

// only gives the records of a kind.
func only(records []*site.Record, kind func(*site.Record) bool) []*site.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r *site.Record) bool { return !kind(r) })
}

func unresolved(r *site.Record) bool { return !r.Over() }
func scheduled(r *site.Record) bool  { return r.State().Status == incident.Scheduled }
func active(r *site.Record) bool {
	return r.State().Status == incident.InProgress || r.State().Status == incident.Verifying
}
func planned(r *site.Record) bool { return scheduled(r) || active(r) }

// The documents, with their keys in the order of live pages.
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
