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
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
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
	r := &reader{Site: &importer.Site{}, seen: map[string]bool{}, expected: map[string]incident.Condition{}, atom: map[string]string{}}
	names, _ := fs.Glob(fsys, "*.json")
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return r.Site, err
		}
		switch kind := strings.TrimRight(strings.TrimSuffix(name, ".json"), "-0123456789"); kind {
		case "page":
			if err = r.page(diag.Position{Path: name}, raw); err != nil {
				err = fmt.Errorf("%s is not complete or not a page of Statuspage: %w", name, err)
			}
		case "components", "component-groups", "incidents", "scheduled-maintenances", "summary":
			err = importer.Elements(name, raw, func(key string, at diag.Position, value json.RawMessage) error {
				return r.element(cmp.Or(key, kind), at, value)
			})
		default:
			r.Note(diag.LostInImport, diag.Position{Path: name}, "not a file of an export of Statuspage, so it was not read")
		}
		if err != nil {
			return r.Site, err
		}
	}
	if r.Title == "" || !r.listed {
		return r.Site, errors.New("this is not an export of Statuspage: it needs page.json and incidents.json")
	}
	if err := r.feed(fsys); err != nil {
		return r.Site, err
	}
	r.order()
	unknown := 0
	for _, source := range r.records {
		if err := r.record(source); err != nil {
			return r.Site, fmt.Errorf("%s:%d:%d: incident %s %w", source.at.Path, source.at.Line, source.at.Column, source.ID, err)
		}
		if r.atom[source.ID] == "" {
			unknown++
		}
	}
	if unknown > 0 {
		r.Note(diag.LostInImport, diag.Position{Path: "history.atom"},
			"%d of %d incidents are not in this file, so they get new ids in /history.atom; in /history.rss they keep theirs", unknown, len(r.records))
	}
	for _, c := range r.components {
		if now, ok := incident.ParseCondition(c.Status); !c.Group && c.Status != "" && (!ok || now != max(incident.Operational, r.expected[c.ID])) {
			r.Note(diag.LostInImport, c.at, "%s is %s, which no open incident says", c.Name, c.Status)
		}
	}
	return r.Site, nil
}

type reader struct {
	*importer.Site
	listed     bool // there is a list of incidents
	components []component
	records    []record
	seen       map[string]bool               // ids of incidents that were read
	expected   map[string]incident.Condition // of components by id, according to open incidents
	atom       map[string]string             // ids of entries by id of the incident
}

type component struct {
	ID, Name, Status, Description string
	Position                      int
	StartDate                     string   `json:"start_date"`
	GroupID                       string   `json:"group_id"`
	Group                         bool     // it is a group
	Components                    []string // ids, of a group
	OnlyShowIfDegraded            bool     `json:"only_show_if_degraded"`

	at diag.Position
}

// page reads the page. In version 1, its url is that of the company.
func (r *reader) page(at diag.Position, raw []byte) error {
	var p struct {
		Name, URL, Domain, Subdomain, Headline string
		Description                            string `json:"page_description"`
		TimeZone                               string `json:"time_zone"`
		Support                                string `json:"support_url"`
	}
	if err := json.Unmarshal(raw, &p); err != nil || r.Title != "" {
		return err
	}
	r.Title, r.Description, r.TimeZone, r.BaseURL = p.Name, oneLine(p.Description), p.TimeZone, p.URL
	link := func(name, url string) {
		if url != "" {
			r.Links = append(r.Links, importer.Link{At: at, Name: name, URL: url})
		}
	}
	if p.Domain != "" || p.Subdomain != "" {
		r.BaseURL = "https://" + cmp.Or(p.Domain, p.Subdomain+".statuspage.io")
		link(strings.TrimPrefix(p.URL, "https://"), p.URL)
	}
	link("Support", p.Support)
	if p.Headline != "" {
		r.Note(diag.LostInImport, at, "the headline was not imported: %s", p.Headline)
	}
	return nil
}

// impossible matches times that front matter can't hold in every time zone.
var impossible = regexp.MustCompile(`"((?:0\d|1[0-8])\d\d|190[01]|9999)-\d\d-\d\dT`)

// element reads an element of a list.
func (r *reader) element(kind string, at diag.Position, value json.RawMessage) error {
	switch kind {
	case "page":
		return r.page(at, value)
	case "components", "component-groups":
		c := component{at: at}
		if err := json.Unmarshal(value, &c); err != nil || c.ID == "" || c.Name == "" {
			return cmp.Or(err, errors.New("a component without id or name"))
		}
		c.Group = c.Group || kind == "component-groups"
		if n := slices.IndexFunc(r.components, func(other component) bool { return other.ID == c.ID }); n < 0 {
			r.components = append(r.components, c)
		} else if was := &r.components[n]; c.Group { // one list has its components, and one its position
			was.Components, was.Position, was.Description = append(was.Components, c.Components...), cmp.Or(was.Position, c.Position), cmp.Or(was.Description, c.Description)
		}
	case "incidents", "scheduled-maintenances", "scheduled_maintenances":
		r.listed = true
		i := record{at: at}
		if err := json.Unmarshal(value, &i); err != nil || i.ID == "" {
			return cmp.Or(err, errors.New("an incident without id"))
		}
		if year := impossible.FindSubmatch(value); year != nil {
			return fmt.Errorf("a time in the year %s", year[1])
		}
		if !r.seen[i.ID] {
			r.seen[i.ID], r.records = true, append(r.records, i)
		}
	}
	return nil
}

// order adds the groups and components by their positions, and sorts the incidents by time, so that
// the order of the files doesn't matter.
func (r *reader) order() {
	slices.SortStableFunc(r.components, func(a, b component) int { return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID)) })
	groups := map[string]string{} // by id of a component
	for _, c := range r.components {
		if c.Group {
			r.Groups = append(r.Groups, importer.Group{Key: c.ID, Code: code(c.ID), Name: oneLine(c.Name), Description: oneLine(c.Description)})
		}
		for _, id := range c.Components {
			groups[id] = c.ID
		}
	}
	for _, c := range r.components {
		if c.Group {
			continue
		}
		start, err := time.Parse(time.DateOnly, c.StartDate)
		if c.StartDate != "" && err != nil {
			r.Note(diag.LostInImport, c.at, "the start date %q is not a day", c.StartDate)
		}
		if c.OnlyShowIfDegraded {
			r.Note(diag.LostInImport, c.at, "%s is shown only if it is degraded; here it is always shown", c.Name)
		}
		r.Components = append(r.Components, importer.Component{Key: c.ID, Code: code(c.ID), Name: oneLine(c.Name), Description: oneLine(c.Description), Group: cmp.Or(c.GroupID, groups[c.ID]), Start: start})
	}
	slices.SortFunc(r.records, func(a, b record) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// code returns an id if it has the form of Statuspage's ids.
func code(id string) string {
	if len(id) == 12 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
		return id
	}
	return ""
}

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
			ID    string `xml:"id"`
			Links []struct {
				URL string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(raw, &feed); err != nil {
		return fmt.Errorf("history.atom is not complete or not an Atom feed: %w", err)
	}
	for _, e := range feed.Entries {
		for _, l := range e.Links {
			if u, err := url.Parse(l.URL); err == nil && strings.Contains(u.Path, "/incidents/") {
				r.atom[path.Base(u.Path)] = strings.TrimSpace(e.ID)
			}
		}
	}
	return nil
}
