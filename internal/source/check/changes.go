package check

import (
	"fmt"
	"slices"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/content"
)

// Changes compares the content with an earlier version, which may hold only some of the incidents.
// It reports what subscribers would notice: public updates that were removed, renamed or changed
// without being marked as amended.
func Changes(input Input, before *content.Content) []diag.Finding {
	c := checker{Input: input}
	now := map[string]*publicIncident{}
	for _, s := range publicIncidents(input, input.Content) {
		now[s.id] = &s
	}
	was := publicIncidents(input, before)
	known := map[string]bool{}
	for _, s := range was {
		known[s.id] = true
	}
	for _, s := range was {
		c.changes(s, now, known)
	}
	for _, a := range before.Announcements {
		gone := !slices.ContainsFunc(input.Content.Announcements, func(b incident.Announcement) bool { return a.ID == b.ID && !b.Draft })
		if gone && !a.Draft && !a.Date.After(input.Now) {
			c.report(diag.UpdateGone, a.Path, "", "restore it; to end it, write until:", "the announcement was deleted after it was published: feed readers keep it, and links to it are broken")
		}
	}
	return diag.Sort(c.findings)
}

// publicIncident is an incident or maintenance and the releases of its updates.
type publicIncident struct {
	id       string // prefixed with its kind
	releases []policy.Release
	source   *content.Content
}

func publicIncidents(input Input, source *content.Content) []publicIncident {
	var all []publicIncident
	for _, i := range source.Incidents {
		all = append(all, publicIncident{"incidents/" + i.ID, input.Config.Rules.Releases(i.Updates), source})
	}
	for _, m := range source.Maintenance {
		all = append(all, publicIncident{"maintenance/" + m.ID, input.Config.Rules.MaintenanceReleases(m.Updates), source})
	}
	return all
}

// find returns the update with the given id, or nil.
func (s *publicIncident) find(id string) *incident.Update {
	if s == nil {
		return nil
	}
	for i := range s.releases {
		if s.releases[i].Update.ID == id {
			return s.releases[i].Update
		}
	}
	return nil
}

// changes compares each public update of an earlier incident with its current version. known
// holds the ids of all earlier incidents.
func (c *checker) changes(was publicIncident, now map[string]*publicIncident, known map[string]bool) {
	is := now[was.id]
	for n := range was.releases {
		if !was.releases[n].Public(c.Now) {
			continue
		}
		u := was.releases[n].Update
		v := is.find(u.ID)
		switch {
		case v == nil:
			if moved := renamed(was, u, is, now, known); moved != nil {
				c.report(diag.UpdateRenamed, moved.Path, "", "rename it back", "published as %s: under another name, feed readers show it as new, and links to it are broken", u.Path)
				continue
			}
			c.report(diag.UpdateGone, u.Path, "", "restore it; correct its text there, with amended:",
				"the update was deleted after it was published: feed readers keep it, and links to it are broken")
		case v.Draft:
			c.report(diag.UpdateGone, v.Path, "draft", "delete draft:; correct its text there, with amended:",
				"the update became a draft after it was published: feed readers keep it, and links to it are broken")
		default:
			c.rewritten(was, n, v, is)
		}
	}
}

// renamed returns the new update that u became, or nil: one with the same date in the same
// incident, or one with the same id and date in a new incident.
func renamed(was publicIncident, u *incident.Update, is *publicIncident, now map[string]*publicIncident, known map[string]bool) *incident.Update {
	if is != nil {
		for i := range is.releases {
			if v := is.releases[i].Update; v.Date.Equal(u.Date) && was.find(v.ID) == nil {
				return v
			}
		}
		return nil
	}
	var found *incident.Update
	for id, s := range now {
		if v := s.find(u.ID); v != nil && !known[id] && v.Date.Equal(u.Date) && (found == nil || v.Path < found.Path) {
			found = v
		}
	}
	return found
}

// rewritten compares the earlier version of an update with v, the current one.
func (c *checker) rewritten(was publicIncident, n int, v *incident.Update, is *publicIncident) {
	u := was.releases[n].Update
	if u.Title != v.Title {
		heirs := 0
		for _, later := range was.releases[n+1:] {
			if later.Update.Draft {
				continue
			}
			if later.Update.Title != "" {
				break
			}
			if later.Public(c.Now) {
				heirs++
			}
		}
		if heirs > 0 {
			items := "an item"
			if heirs > 1 {
				items = fmt.Sprintf("%d items", heirs)
			}
			c.report(diag.TitleInherited, v.Path, "title", "to rename the incident from now on, write title: in its next update", "later updates take their title from here, so it also changes in %s of each feed", items)
		}
	}
	same := u.Title == v.Title && u.Impact == v.Impact && u.ETA.Words == v.ETA.Words && u.ETA.Time.Equal(v.ETA.Time) && was.source.Documents.Markdown(u.Path) == is.source.Documents.Markdown(v.Path)
	if !same && !v.Amended.After(u.Amended) {
		c.report(diag.NotAmended, v.Path, "", "write amended: "+c.Now.UTC().Format(time.RFC3339)+", so that the page and feed readers show the change", "changed after it was published, without amended:")
	}
}
