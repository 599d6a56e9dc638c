// Package statuspage reads an export of an Atlassian Statuspage: answers of its management API
// (version 1) or of its public API (version 2), as files. It reads only the given fs.FS, and no
// clock.
package statuspage

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/importer"
)

// Read reads an export:
//
//	page.json                    the page, in version 1
//	components.json              its components, in version 2 with groups
//	component-groups.json        its groups, in version 1
//	incidents.json               incidents, in version 1 with maintenance
//	scheduled-maintenances.json  maintenance, in version 2
//	summary.json                 any of these, in version 2
//	history.atom                 the feed, for the ids of its entries
//
// A list may have several files, such as incidents-002.json. Read returns an error if a file is
// missing, incomplete or of another shape.
func Read(fsys fs.FS) (*importer.Site, error) {
	r := &reader{Site: &importer.Site{}, components: map[string]component{}, atom: map[string]string{}}
	for _, kind := range []string{"page", "component-groups", "components", "incidents", "scheduled-maintenances", "summary"} {
		err := importer.Values(fsys, kind, func(name string, value json.RawMessage) error { return r.value(name, kind, value) })
		if err != nil {
			return r.Site, err
		}
	}
	if r.Title == "" || r.records == nil {
		return r.Site, errors.New("this is not an export of Statuspage: it needs page.json and incidents.json")
	}
	if err := r.feed(fsys); err != nil {
		return r.Site, err
	}
	r.parts()
	slices.SortFunc(r.records, func(a, b record) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	r.records = slices.CompactFunc(r.records, func(a, b record) bool { return a.ID == b.ID })
	unknown := 0
	for _, record := range r.records {
		if r.record(record); r.atom[record.ID] == "" {
			unknown++
		}
	}
	if unknown > 0 {
		r.Lost(diag.Position{Path: "history.atom"},
			"%d of %d incidents are not in this file, so they get new ids in /history.atom; in /history.rss they keep theirs", unknown, len(r.records))
	}
	return r.Site, nil
}

type reader struct {
	*importer.Site
	components map[string]component // and groups, by id
	records    []record
	atom       map[string]string // ids of entries by id of the incident
}

type component struct {
	ID, Name, Status, Description string
	Position                      int
	StartDate                     string `json:"start_date"`
	GroupID                       string `json:"group_id"`
	Hidden                        bool   `json:"only_show_if_degraded"`
	Group                         bool   // it is a group

	at diag.Position
}

// value reads a value of a file. In version 1 it is the page or a list, and in version 2 an object
// with any of them.
func (r *reader) value(name, kind string, value json.RawMessage) error {
	if kind == "page" || value[0] == '[' {
		value = slices.Concat([]byte(`{"`+kind+`":`), value, []byte("}"))
	}
	var all struct {
		Page struct {
			ID, Name, URL, Domain, Subdomain, Headline string
			Description                                string `json:"page_description"`
			TimeZone                                   string `json:"time_zone"`
			Support                                    string `json:"support_url"`
		}
		Groups      []component `json:"component-groups"`
		Components  []component
		Incidents   []record
		Maintenance []record `json:"scheduled_maintenances"`
	}
	if err := json.Unmarshal(value, &all); err != nil {
		return err
	}
	at, p := diag.Position{Path: name}, all.Page
	if r.Title == "" && p.Name != "" {
		r.Title, r.Description, r.TimeZone, r.BaseURL, r.Code = p.Name, p.Description, p.TimeZone, p.URL, code.FindString(p.ID)
		if p.Domain != "" || p.Subdomain != "" { // in version 1, the URL is that of the company
			r.BaseURL = "https://" + cmp.Or(p.Domain, p.Subdomain+".statuspage.io")
			r.Links = append(r.Links, importer.Link{At: at, Name: strings.TrimPrefix(p.URL, "https://"), URL: p.URL})
		}
		r.Links = append(r.Links, importer.Link{At: at, Name: "Support", URL: p.Support})
		if p.Headline != "" {
			r.Lost(at, "the headline was not imported: %s", p.Headline)
		}
	}
	for n, c := range append(all.Groups, all.Components...) {
		if c.ID == "" || c.Name == "" {
			return errors.New("a component without id or name")
		}
		if _, known := r.components[c.ID]; !known { // version 1 has groups in both lists
			c.at, c.Group = at, c.Group || n < len(all.Groups)
			r.components[c.ID] = c
		}
	}
	if all.Incidents != nil && r.records == nil {
		r.records = []record{} // a list, even if it is empty
	}
	for _, i := range append(all.Incidents, all.Maintenance...) {
		if i.ID == "" {
			return errors.New("an incident without id")
		}
		i.at.Path = name + ", incident " + i.ID
		r.records = append(r.records, i)
	}
	return nil
}

// parts adds the groups and components, by their positions.
func (r *reader) parts() {
	order := func(a, b component) int { return cmp.Or(a.Position-b.Position, strings.Compare(a.ID, b.ID)) }
	for _, c := range slices.SortedFunc(maps.Values(r.components), order) {
		if c.Group {
			r.Groups = append(r.Groups, importer.Group{Key: c.ID, Code: code.FindString(c.ID), Name: c.Name, Description: c.Description})
			continue
		}
		start, err := time.Parse(time.DateOnly, c.StartDate)
		if c.StartDate != "" && err != nil {
			r.Lost(c.at, "the start date %q is not a day", c.StartDate)
		}
		if c.Hidden {
			r.Lost(c.at, "%s is shown only if it is degraded; here it is always shown", c.Name)
		}
		r.Components = append(r.Components, importer.Component{Key: c.ID, Code: code.FindString(c.ID), Name: c.Name, Description: c.Description, Group: c.GroupID, Start: start, Now: c.Status})
	}
}

// code matches an id of Statuspage.
var code = regexp.MustCompile("^[a-z0-9]{12}$")

// feed reads the ids of the entries of history.atom. They contain a number that is nowhere else.
func (r *reader) feed(fsys fs.FS) error {
	raw, err := fs.ReadFile(fsys, "history.atom")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	var feed struct {
		Entries []struct {
			ID   string `xml:"id"`
			Link struct {
				URL string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(raw, &feed); err != nil {
		return fmt.Errorf("history.atom is not complete or not an Atom feed: %w", err)
	}
	for _, e := range feed.Entries {
		if _, id, ok := strings.Cut(e.Link.URL, "/incidents/"); ok {
			r.atom[id] = strings.TrimSpace(e.ID)
		}
	}
	return nil
}
