// Package upptime reads an Upptime repository: its configuration, the state and summary in history,
// and its issues and their comments, as GitHub's API lists them. It reads only the given fs.FS, and
// no clock.
package upptime

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
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
	r := &reader{Site: &importer.Site{}, fsys: fsys, comments: map[string][]comment{}, states: map[string]state{}, down: map[string][]span{}}
	if err := r.history(); err != nil {
		return r.Site, err
	}
	if err := r.settings(); err != nil {
		return r.Site, err
	}
	var issues []issue
	err := elements(fsys, "comments*.json", func(at diag.Position, c comment) error {
		number := path.Base(c.IssueURL)
		c.at = at
		r.comments[number] = append(r.comments[number], c)
		return c.valid()
	})
	if err == nil {
		err = elements(fsys, "issues*.json", func(at diag.Position, i issue) error {
			i.at = at
			issues = append(issues, i)
			return i.valid()
		})
	}
	if err == nil && issues == nil {
		err = errors.New("this is not an export of Upptime: it has no issues in issues.json")
	}
	if err != nil {
		return r.Site, err
	}
	slices.SortStableFunc(issues, func(a, b issue) int { return cmp.Compare(a.Number, b.Number) })
	issues = slices.CompactFunc(issues, func(a, b issue) bool { return a.Number == b.Number })
	for _, i := range issues {
		r.issue(i)
	}
	r.compare()
	return r.Site, nil
}

// elements reads the elements of the lists in files.
func elements[T any](fsys fs.FS, pattern string, add func(diag.Position, T) error) error {
	names, _ := fs.Glob(fsys, pattern)
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		err = importer.Elements(name, raw, func(key string, at diag.Position, value json.RawMessage) error {
			var item T
			if key != "" {
				return errors.New("not a list, but an object: GitHub answers so to a request that fails")
			}
			if err := json.Unmarshal(value, &item); err != nil {
				return err
			}
			return add(at, item)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

type reader struct {
	*importer.Site
	fsys      fs.FS
	comments  map[string][]comment // by number of the issue
	states    map[string]state     // by slug
	summaries []summary
	down      map[string][]span // incidents by slug
}

type span struct{ from, to time.Time } // to is zero while it is open

// state is what history/SLUG.yml says.
type state struct {
	url, status string
	start       time.Time
}

// summary is what history/summary.json says about a site.
type summary struct {
	Name, Slug, Status string
	DailyMinutesDown   map[string]float64
}

// settings reads the configuration and the sites.
func (r *reader) settings() error {
	const name = ".upptimerc.yml"
	raw, err := fs.ReadFile(r.fsys, name)
	if err != nil {
		return fmt.Errorf("this is not an Upptime repository: %w", err)
	}
	root, err := frontmatter.YAML(raw, 1)
	if err != nil {
		return fmt.Errorf("%s:%d: %w", name, err.(*frontmatter.SyntaxError).Line, err)
	}
	text := func(n *frontmatter.Node, keys ...string) string {
		for _, key := range keys {
			if n = n.Lookup(key); n == nil {
				return ""
			}
		}
		return strings.Join(strings.Fields(n.Text), " ")
	}
	owner, repository := text(root, "owner"), text(root, "repo")
	r.Title = cmp.Or(text(root, "status-website", "name"), repository)
	r.BaseURL = "https://" + owner + ".github.io" + cmp.Or(text(root, "status-website", "baseUrl"), "/")
	if host := text(root, "status-website", "cname"); host != "" {
		r.BaseURL = "https://" + host
	}
	r.Description = text(root, "status-website", "introTitle")
	if intro := text(root, "status-website", "introMessage"); intro != "" {
		r.Note(diag.LostInImport, diag.Position{Path: name}, "the introduction was not imported: %s", intro)
	}
	if site := root.Lookup("status-website"); site != nil && site.Lookup("navbar") != nil {
		for _, item := range site.Lookup("navbar").Items {
			r.Links = append(r.Links, importer.Link{At: diag.Position{Path: name, Line: item.Line}, Name: text(item, "title"), URL: text(item, "href")})
		}
	}
	slugs := map[string]string{} // by URL and by name
	for slug, state := range r.states {
		slugs[state.url] = slug
	}
	for _, s := range r.summaries {
		slugs[s.Name] = s.Slug
	}
	sites := root.Lookup("sites")
	if sites == nil || len(sites.Items) == 0 {
		return fmt.Errorf("%s lists no sites", name)
	}
	for _, item := range sites.Items {
		called, url := text(item, "name"), text(item, "url")
		slug := cmp.Or(text(item, "slug"), slugs[called], slugs[url], compose.Slug(called))
		if called == "" || slug == "" {
			return fmt.Errorf("%s:%d: a site without a name", name, item.Line)
		}
		part := importer.Component{Key: slug, ID: slug, Name: called, Start: r.states[slug].start, Old: []string{"/history/" + slug + "/"}}
		if !strings.ContainsAny(url, "$@") { // it may contain a secret
			part.Description = url
		}
		r.Components = append(r.Components, part)
	}
	return nil
}

// setting matches a line of history/SLUG.yml.
var setting = regexp.MustCompile(`(?m)^(?:- )?(\w+): *(.*?)\s*$`)

// history reads the states and summaries of the sites.
func (r *reader) history() error {
	names, _ := fs.Glob(r.fsys, "history/*.yml")
	for _, name := range names {
		raw, err := fs.ReadFile(r.fsys, name)
		if err != nil {
			return err
		}
		var s state
		for _, m := range setting.FindAllStringSubmatch(string(raw), -1) {
			switch m[1] {
			case "url":
				s.url = m[2]
			case "status":
				s.status = m[2]
			case "startTime":
				if s.start, err = time.Parse(time.RFC3339, m[2]); err != nil || !possible(s.start) {
					return fmt.Errorf("%s: startTime is not a time: %q", name, m[2])
				}
			}
		}
		r.states[strings.TrimSuffix(path.Base(name), ".yml")] = s
	}
	const name = "history/summary.json"
	raw, err := fs.ReadFile(r.fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err == nil && json.Unmarshal(raw, &r.summaries) != nil {
		err = fmt.Errorf("%s is not complete or not a summary of Upptime", name)
	}
	return err
}

// compare reports states and downtime that no issue explains.
func (r *reader) compare() {
	for slug, state := range r.states {
		open := slices.ContainsFunc(r.down[slug], func(s span) bool { return s.to.IsZero() })
		if state.status != "up" && state.status != "" && !open {
			r.Note(diag.LostInImport, diag.Position{Path: "history/" + slug + ".yml"}, "%s is %s, which no open issue says", slug, state.status)
		}
	}
	for _, s := range r.summaries {
		var days []string
		for day, minutes := range s.DailyMinutesDown {
			from, err := time.Parse(time.DateOnly, day)
			known := err == nil && slices.ContainsFunc(r.down[s.Slug], func(s span) bool {
				return s.from.Before(from.AddDate(0, 0, 1)) && (s.to.IsZero() || !s.to.Before(from))
			})
			if minutes > 0 && !known {
				days = append(days, fmt.Sprintf("%s (%g minutes)", day, minutes))
			}
		}
		if slices.Sort(days); len(days) > 0 {
			r.Note(diag.LostInImport, diag.Position{Path: "history/summary.json"}, "%s was down on days of which no issue says when: %s", s.Name, strings.Join(days, ", "))
		}
	}
}
