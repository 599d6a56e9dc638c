package importer

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/markdown"
)

// Result is the imported site.
type Result struct {
	Files []compose.NewFile // by path
	Rows  []Row             // what became what, in the order of the source
}

// Row says what a part of the source became.
type Row struct {
	From    string // a path or URL in the source
	Kind    string // incident, maintenance, announcement or page
	To      string // a path in the site
	Updates int    // of incidents and maintenance
}

// Convert returns the files of a site, and adds to its notes. It returns an error if an incident
// has a time that front matter can't hold.
func (s *Site) Convert() (Result, error) {
	c := converter{site: s, ids: map[string][]string{}, now: map[string]incident.Condition{}, taken: map[string]bool{}, urls: map[string]bool{}}
	// Paths of Crier's own outputs, which pages must not take.
	for _, id := range []string{"api", "assets", "components", "content", "history", "incidents", "maintenance", "promises", "subscribe"} {
		c.taken["pages/"+id] = true
	}
	settings := c.config()
	for _, i := range s.Incidents {
		if err := c.incident(i); err != nil {
			return c.result, fmt.Errorf("%s: %w", i.At, err)
		}
	}
	for _, part := range s.Components {
		if now := max(incident.Operational, c.now[c.ids[part.Key][0]]).String(); part.Now != "" && part.Now != now {
			s.Lost(diag.Position{Path: "config.toml"}, "%s is %s in the source, but %s according to its incidents", part.Name, part.Now, now)
		}
	}
	for _, a := range s.Announcements {
		id := c.unique("announcements/", slug(a.ID))
		a.Title, a.Aliases = c.title(a.Title, a.ID, a.At), c.aliases(a.Aliases, "", a.At)
		c.file(a.At, "announcement", "content/announcements/"+id+".md", compose.Announcement(a.Announcement, a.Body))
	}
	for _, p := range s.Pages {
		parts := strings.Split(p.ID, "/")
		for n := range parts {
			parts[n] = slug(parts[n])
		}
		id := c.unique("pages/", strings.Join(parts, "/"))
		c.file(p.At, "page", "content/pages/"+id+".md", compose.Page(c.title(p.Title, p.ID, p.At), p.Draft, c.aliases(p.Old, "/"+id+"/", p.At), p.Body))
	}
	c.add("config.toml", settings+c.rules())
	slices.SortFunc(c.result.Files, func(a, b compose.NewFile) int { return strings.Compare(a.Path, b.Path) })
	return c.result, nil
}

type converter struct {
	site   *Site
	result Result
	ids    map[string][]string           // ids of components by key
	taken  map[string]bool               // ids in use, each after the name of its section
	urls   map[string]bool               // former URLs in use, in lower case
	now    map[string]incident.Condition // of components by id, according to open incidents
	latest time.Time                     // first update of the latest incident
}

func (c *converter) add(name, text string) {
	c.result.Files = append(c.result.Files, compose.NewFile{Path: name, Bytes: []byte(text)})
}

// file adds a file that a part of the source became.
func (c *converter) file(from diag.Position, kind, name, text string) {
	c.add(name, text)
	c.result.Rows = append(c.result.Rows, Row{From: from.Path, Kind: kind, To: name})
}

var notID = regexp.MustCompile(`[^a-z0-9._]+`)

// slug returns an id similar to a text.
func slug(text string) string {
	id := strings.Trim(notID.ReplaceAllString(strings.ToLower(text), "-"), "-._")
	if len(id) > 90 {
		id = strings.TrimRight(id[:90], "-._")
	}
	if id == "" {
		return "unnamed"
	}
	return id
}

// unique returns an id that is not in use in a section.
func (c *converter) unique(section, id string) string {
	free := id
	for n := 2; c.taken[section+free]; n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	c.taken[section+free] = true
	return free
}

// title returns a valid title: the rest of one that is too long is reported.
func (c *converter) title(text, id string, at diag.Position) string {
	text, _ = markdown.Clean(text)
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > content.MaxTitleLength {
		cut := strings.ToValidUTF8(text[:content.MaxTitleLength], "")
		c.site.Lost(at, "the title is longer than %d bytes, so this was cut off: %s", content.MaxTitleLength, text[len(cut):])
		text = cut
	}
	return cmp.Or(text, id, "Untitled")
}

// aliases returns the former URLs that can redirect to a page at the URL own. The others are
// reported.
func (c *converter) aliases(old []string, own string, at diag.Position) (aliases []string) {
	for _, url := range old {
		key := strings.ToLower(strings.Trim(url, "/"))
		why := config.BadAlias(url)
		switch {
		case key == strings.ToLower(strings.Trim(own, "/")) || key == "":
			continue
		case why == "" && c.urls[key]:
			why = "already redirects to something else"
		}
		if why != "" {
			c.site.Lost(at, "the former URL %q %s, so it does not redirect here", url, why)
			continue
		}
		c.urls[key] = true
		aliases = append(aliases, url)
	}
	return aliases
}

// finish adds what a source doesn't say: the window of maintenance, and the end.
func (c *converter) finish(i *Incident) {
	i.Updates = slices.Clone(i.Updates)
	first, done := &i.Updates[0], incident.Resolved
	if first.Components == nil {
		first.Components = &incident.Components{List: []incident.Affected{}}
	}
	if i.Planned {
		done = incident.Completed
		if first.Starts.IsZero() {
			first.Starts = first.Date
			c.site.Guess(i.At, "it has no start, so it starts with its first update")
		}
		if !first.Ends.After(first.Starts) {
			why := "it has no end"
			if !first.Ends.IsZero() {
				why = "its end, " + compose.Instant(first.Ends) + ", is not after its start"
			}
			c.site.Guess(i.At, "%s, so it ends an hour after it starts", why)
			first.Ends = first.Starts.Add(time.Hour)
		}
	}
	says := func(u Update) bool { // sources may need a moment to store the end
		return u.Status == done && !u.Date.After(i.End) && i.End.Sub(u.Date) <= time.Minute
	}
	switch {
	case i.End.IsZero(), slices.ContainsFunc(i.Updates, says):
		return
	case i.Planned && i.End.After(first.Ends):
		c.site.Lost(i.At, "it was closed at %s; here it is over at its end", compose.Instant(i.End))
		return
	case i.Planned && i.End.Before(first.Starts):
		done = incident.Cancelled
	}
	i.Updates = append(i.Updates, Update{Update: incident.Update{Status: done, Date: i.End}})
	slices.SortStableFunc(i.Updates, func(a, b Update) int { return a.Date.Compare(b.Date) })
}

func (c *converter) incident(i Incident) error {
	for _, u := range i.Updates {
		for _, t := range []time.Time{u.Date, u.Detected, u.Starts, u.Ends, u.Amended, i.End} {
			if !t.IsZero() && (t.Year() < 1902 || t.Year() > 9998) { // time zones and rules need some room
				return fmt.Errorf("a time in the year %d", t.Year())
			}
		}
		switch first := i.Updates[0].Date; {
		case u.Date.IsZero():
			return errors.New("an update without a time")
		case u.Date.Before(first), !i.End.IsZero() && i.End.Before(first):
			return errors.New("an update or an end before the first update")
		}
	}
	c.finish(&i)
	section, kind, start := "incidents", "incident", i.Updates[0].Date
	c.latest = incident.Later(c.latest, start)
	if i.Planned {
		section, kind, start = "maintenance", "maintenance", i.Updates[0].Starts
	}
	folder := path.Join("content", section, start.UTC().Format("2006"), c.unique(section+"/", slug(i.ID)))
	var names []string
	var updates []incident.Update
	for n, u := range i.Updates {
		if n == 0 {
			u.Title = c.title(u.Title, i.ID, i.At)
			u.Aliases = c.aliases(i.Old, "/"+section+"/"+path.Base(folder)+"/", i.At)
		}
		if u.Components != nil {
			u.Components = c.components(*u.Components, i.At)
		}
		status := u.Status.String()
		if u.ID != "" {
			status += "-" + slug(u.ID)
		}
		names, updates = append(names, compose.File(names, status)), append(updates, u.Update)
		c.add(folder+"/"+names[n], compose.Update(u.Update, u.Body))
	}
	for _, a := range incident.Fold(incident.Incident{Updates: updates}).State().Conditions() {
		if i.Planned && !i.End.IsZero() {
			continue
		} else if i.Planned && a.Condition > incident.Operational {
			a.Condition = incident.UnderMaintenance
		}
		c.now[a.Component] = max(c.now[a.Component], a.Condition)
	}
	if p := i.Postmortem; p != nil {
		c.add(folder+"/postmortem.md", compose.PublicPostmortem(p.Date, p.Code, p.Body))
	}
	c.result.Rows = append(c.result.Rows, Row{i.At.Path, kind, folder, len(i.Updates)})
	return nil
}

// components replaces the keys of components with ids.
func (c *converter) components(set incident.Components, at diag.Position) *incident.Components {
	list := []incident.Affected{}
	for _, a := range set.List {
		if c.ids[a.Component] == nil {
			c.site.Lost(at, "the component %q does not exist", a.Component)
		}
		for _, id := range c.ids[a.Component] {
			if !slices.ContainsFunc(list, func(other incident.Affected) bool { return other.Component == id }) {
				list = append(list, incident.Affected{Component: id, Condition: a.Condition})
			}
		}
	}
	set.List = list
	return &set
}

// config returns config.toml without its rules, and chooses the ids of groups and components.
func (c *converter) config() string {
	var b strings.Builder
	line := func(key, value string) {
		if value = strings.Join(strings.Fields(value), " "); value != "" {
			fmt.Fprintf(&b, "%s = %s\n", key, compose.Quoted(value))
		}
	}
	s := c.site
	line("title", cmp.Or(s.Title, "Status"))
	if !absolute(s.BaseURL) || strings.ContainsAny(s.BaseURL, "?#") {
		s.Guess(diag.Position{Path: "config.toml"}, "the source has no absolute URL, so base_url is http://localhost/")
		s.BaseURL = "http://localhost/"
	}
	line("base_url", s.BaseURL)
	line("description", s.Description)
	line("code", s.Code)
	if _, err := language.Parse(s.Language); s.Language != "" && err != nil {
		s.Lost(diag.Position{Path: "config.toml"}, "%q is not a language, so the site is in English", s.Language)
		s.Language = ""
	}
	line("language", s.Language)
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" {
		s.Guess(diag.Position{Path: "config.toml"}, "%q is not an IANA time zone, so times are shown in UTC", s.TimeZone)
		s.TimeZone = ""
	}
	line("timezone", s.TimeZone)
	for _, l := range s.Links {
		if l.URL == "" {
			continue
		} else if !absolute(l.URL) {
			s.Lost(l.At, "the link %q to %q was not imported", l.Name, l.URL)
			continue
		}
		b.WriteString("\n[[links]]\n")
		line("name", l.Name)
		line("url", l.URL)
	}
	groups := map[string]string{} // ids by key
	for _, g := range s.Groups {
		groups[g.Key] = c.unique("groups/", slug(g.Name))
		b.WriteString("\n[[groups]]\n")
		line("id", groups[g.Key])
		line("name", g.Name)
		line("description", g.Description)
		line("code", g.Code)
		if g.Collapse {
			b.WriteString("collapse = true\n")
		}
	}
	for _, part := range s.Components {
		id := c.unique("components/", slug(cmp.Or(part.ID, part.Name)))
		if c.ids[part.Key] = append(c.ids[part.Key], id); len(c.ids[part.Key]) > 1 {
			part.Old = nil // the first one keeps the URL
		}
		b.WriteString("\n[[components]]\n")
		line("id", id)
		line("name", part.Name)
		line("group", groups[part.Group])
		line("description", part.Description)
		line("code", part.Code)
		if !part.Start.IsZero() {
			fmt.Fprintf(&b, "start_date = %s\n", part.Start.Format(time.DateOnly))
		}
		var aliases []string
		for _, url := range c.aliases(part.Old, "/components/"+id+"/", diag.Position{Path: "config.toml"}) {
			aliases = append(aliases, compose.Quoted(url))
		}
		if len(aliases) > 0 {
			fmt.Fprintf(&b, "aliases = [%s]\n", strings.Join(aliases, ", "))
		}
	}
	if s.CState {
		b.WriteString("\n# The feeds at /index.xml and /affected/<name>/index.xml stay as they were.\n[feeds]\ncstate = true\n")
	}
	return b.String()
}

func absolute(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// rules returns the rules of config.toml: incidents before the move have no deadlines, because git
// only knows the files since the import.
func (c *converter) rules() string {
	if c.latest.IsZero() {
		return ""
	}
	return "\n# Incidents before the move have no deadlines.\n[rules]\nsince = " + compose.Instant(c.latest.Add(time.Second)) + "\n"
}
