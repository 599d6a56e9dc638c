// Package upptime reads an Upptime repository: its configuration, the state and summary in history,
// and its issues and their comments, as GitHub's API lists them. It reads only the given fs.FS, and
// no clock.
package upptime

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/source/importer"
)

// Read reads a repository:
//
//	.upptimerc.yml        the configuration
//	history/SLUG.yml      the state of a site that is monitored
//	history/summary.json  the sites, and their minutes of downtime by day
//	issues.json           the answer to GET /repos/OWNER/NAME/issues?state=all
//	comments.json         the answer to GET /repos/OWNER/NAME/issues/comments
//
// The last two may have several files, such as issues-2.json, and several lists in a file. Read
// returns an error if a file is missing, incomplete or of another shape.
func Read(fsys fs.FS) (*importer.Site, error) {
	r := &reader{Site: &importer.Site{}, fsys: fsys, comments: map[string][]post{}, slugs: map[string]string{}}
	if err := r.sites(); err != nil {
		return r.Site, err
	}
	if err := importer.Values(fsys, "comments", func(name string, list []post) error {
		for _, c := range list {
			number := path.Base(c.IssueURL)
			c.at.Path = name + ", issue " + number
			r.comments[number] = append(r.comments[number], c)
		}
		return nil
	}); err != nil {
		return r.Site, err
	}
	var issues []post
	if err := importer.Values(fsys, "issues", func(name string, list []post) error {
		issues = append([]post{}, issues...) // a list, even if it is empty
		for _, i := range list {
			i.at.Path = fmt.Sprintf("%s, issue %d", name, i.Number)
			issues = append(issues, i)
		}
		return nil
	}); err != nil {
		return r.Site, err
	}
	if issues == nil {
		return r.Site, errors.New("this is not an export of Upptime: it has no issues in issues.json")
	}
	slices.SortStableFunc(issues, func(a, b post) int { return cmp.Compare(a.Number, b.Number) })
	for _, i := range slices.CompactFunc(issues, func(a, b post) bool { return a.Number == b.Number }) {
		r.issue(i)
	}
	return r.Site, r.downtime()
}

type reader struct {
	*importer.Site
	fsys     fs.FS
	comments map[string][]post // by number of the issue
	slugs    map[string]string // of sites, by name, URL and slug
}

// summary is what history/summary.json says about a site.
type summary struct {
	Name, Slug       string
	DailyMinutesDown map[string]float64
}

// sites reads the configuration, and the state of each site.
func (r *reader) sites() error {
	const name = ".upptimerc.yml"
	raw, err := fs.ReadFile(r.fsys, name)
	if err != nil {
		return fmt.Errorf("this is not an Upptime repository: %w", err)
	}
	root, err := frontmatter.YAML(raw, 1)
	if err != nil {
		return fmt.Errorf("%s:%d: %w", name, err.(*frontmatter.SyntaxError).Line, err)
	}
	variables := strings.NewReplacer()
	text := func(n *frontmatter.Node, keys ...string) string {
		for _, key := range keys {
			if n = n.Lookup(key); n == nil {
				return ""
			}
		}
		return variables.Replace(strings.TrimSpace(n.Text))
	}
	owner, repository := text(root, "owner"), text(root, "repo")
	variables = strings.NewReplacer("$OWNER", owner, "$REPO", repository)
	r.Title = cmp.Or(text(root, "status-website", "name"), repository)
	r.BaseURL = "https://" + owner + ".github.io" + cmp.Or(text(root, "status-website", "baseUrl"), "/")
	if host := text(root, "status-website", "cname"); host != "" {
		r.BaseURL = "https://" + host
	}
	r.Description = text(root, "status-website", "introTitle")
	if intro := text(root, "status-website", "introMessage"); intro != "" {
		r.Lost(diag.Position{Path: name}, "the introduction was not imported: %s", intro)
	}
	if site := root.Lookup("status-website"); site != nil && site.Lookup("navbar") != nil {
		for _, item := range site.Lookup("navbar").Items {
			r.Links = append(r.Links, importer.Link{At: diag.Position{Path: name, Line: item.Line}, Name: text(item, "title"), URL: text(item, "href")})
		}
	}
	states, err := r.states()
	if err != nil {
		return err
	}
	sites := root.Lookup("sites")
	if sites == nil || len(sites.Items) == 0 {
		return fmt.Errorf("%s lists no sites", name)
	}
	for _, item := range sites.Items {
		called, url := text(item, "name"), text(item, "url")
		slug := cmp.Or(text(item, "slug"), r.slugs[called], r.slugs[url], compose.Slug(called))
		if called == "" || slug == "" {
			return fmt.Errorf("%s:%d: a site without a name", name, item.Line)
		}
		r.slugs[called], r.slugs[slug] = slug, slug
		part := importer.Component{Key: slug, ID: slug, Name: called, Old: []string{"/history/" + slug + "/"}}
		if !strings.ContainsAny(url, "$@") { // it may contain a secret
			part.Description = url
		}
		if state, ok := states[slug]; ok {
			part.Now = cmp.Or(conditions[state.Text("status")].String(), state.Text("status"))
			if part.Start, ok = state.Date("starttime"); !ok { // as JavaScript writes it
				written, _, _ := strings.Cut(state.Text("starttime"), " (")
				if part.Start, err = time.Parse("Mon Jan 02 2006 15:04:05 GMT-0700", written); err != nil && written != "" {
					r.Lost(state.At("starttime"), "%q is not a time", written)
				}
			}
		}
		r.Components = append(r.Components, part)
	}
	return nil
}

var conditions = map[string]incident.Condition{"up": incident.Operational, "degraded": incident.DegradedPerformance, "down": incident.MajorOutage}

// states reads the states of the sites, by slug, and what the sites are called.
func (r *reader) states() (map[string]importer.Keys, error) {
	states := map[string]importer.Keys{}
	names, _ := fs.Glob(r.fsys, "history/*.yml")
	for _, name := range names {
		raw, err := fs.ReadFile(r.fsys, name)
		if err != nil {
			return nil, err
		}
		if state, ok := r.ReadKeys(name, string(raw), 1, false); ok {
			slug := strings.TrimSuffix(path.Base(name), ".yml")
			states[slug], r.slugs[state.Text("url")] = state, slug
		}
	}
	return states, importer.Values(r.fsys, "history/summary", func(_ string, list []summary) error {
		for _, s := range list {
			r.slugs[s.Name] = s.Slug
		}
		return nil
	})
}

// downtime reports days with downtime that no issue explains.
func (r *reader) downtime() error {
	return importer.Values(r.fsys, "history/summary", func(name string, list []summary) error {
		for _, s := range list {
			var days []string
			for day, minutes := range s.DailyMinutesDown {
				from, err := time.Parse(time.DateOnly, day)
				known := err == nil && slices.ContainsFunc(r.Incidents, func(i importer.Incident) bool {
					first := i.Updates[0]
					return first.Date.Before(from.AddDate(0, 0, 1)) && (i.End.IsZero() || !i.End.Before(from)) &&
						slices.ContainsFunc(first.Components.List, func(a incident.Affected) bool { return a.Component == s.Slug })
				})
				if minutes > 0 && !known {
					days = append(days, fmt.Sprintf("%s (%g minutes)", day, minutes))
				}
			}
			if slices.Sort(days); len(days) > 0 {
				r.Lost(diag.Position{Path: name}, "%s was down on days of which no issue says when: %s", s.Name, strings.Join(days, ", "))
			}
		}
		return nil
	})
}
