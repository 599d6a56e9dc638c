package cstate

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/importer"
	"settler.io/crier/internal/source/importer/prose"
)

var planned = regexp.MustCompile(`(?i)maintenance|upgrade|updat(e|ing) of|migrat|planned|scheduled|reboot|window|will be`)

// issue reads an issue, which becomes an incident, maintenance or an announcement.
func (r *reader) issue(p post) {
	start, ok := p.Date("date")
	if !ok {
		r.Note(diag.BadDate, p.At("date"), "the date %q is not valid, so this issue was not imported", p.Text("date"))
		return
	}
	note := func(kind diag.Kind, line, column int, format string, args ...any) {
		r.Note(kind, diag.Position{Path: p.Path, Line: line, Column: column}, format, args...)
	}
	blocks, used := prose.Split(p.body, p.line, note)
	informational := p.Is("informational", "true") || p.Is("pin", "true") && p.Text("severity") == ""
	if informational {
		used = nil // its text stays as it is
	}
	r.lost(p, used, "title", "date", "resolved", "resolvedwhen", "severity", "affected", "section", "informational", "pin", "draft", "published", "publishdate", "expirydate", "slug", "url", "aliases")
	resolved := p.Is("resolved", "true")
	end, ended := p.Date("resolvedwhen")
	expiry, expires := p.Date("expirydate")
	switch {
	case ended && end.Before(start):
		r.Note(diag.EndBeforeStart, p.At("resolvedwhen"), "resolved at %s, before it began at %s, so it ends at its start", compose.Instant(end), compose.Instant(start))
		end = start
	case p.Text("resolvedwhen") != "" && !ended:
		r.Lost(p.At("resolvedwhen"), "the time %q is not valid", p.Text("resolvedwhen"))
	}
	switch {
	case !resolved && expires && !expiry.After(r.now):
		r.Guess(p.At("expirydate"), "expired, so it ends at %s", compose.Instant(expiry))
		end, ended, resolved = incident.Later(start, expiry), true, true
	case resolved && !ended:
		r.Guess(p.At("resolved"), "resolved without resolvedWhen, so it ends at its start")
		end, ended = start, true
	}
	folder := path.Dir(strings.TrimPrefix(p.Path, "content/"))
	if strings.HasPrefix(path.Base(p.Path), "index.") {
		folder = path.Dir(folder)
	}
	old := p.old("/" + strings.ToLower(folder) + "/" + p.slug + "/")
	i := importer.Incident{At: p.At(""), ID: p.slug, Old: old}
	severity := strings.ToLower(p.Text("severity"))
	switch {
	case informational:
		a := importer.Announcement{At: p.At(""), Body: p.body, Announcement: incident.Announcement{ID: p.slug, Title: p.Text("title"), Date: start, Draft: p.hidden(r.now), Aliases: old}}
		if ended {
			a.Until = end
		}
		r.Announcements = append(r.Announcements, a)
		if affected := p.Texts("affected"); len(affected) > 0 {
			r.Lost(p.At("affected"), "an announcement has no components: %s", strings.Join(affected, ", "))
		}
		return
	case severity == "notice" && ended && end.After(start) && planned.MatchString(p.Text("title")+"\n"+p.body):
		i.Planned = true
		i.Updates = r.maintenance(p, blocks, start, end, resolved, note)
	default:
		if ended && !resolved {
			r.Lost(p.At("resolvedwhen"), "the issue is not resolved, so %s was ignored", p.Text("resolvedwhen"))
		}
		if n := slices.IndexFunc(blocks, func(b prose.Block) bool { return b.Role == prose.Postmortem }); n >= 0 {
			i.Postmortem = &importer.Postmortem{Date: blocks[n].At, Body: blocks[n].Text()}
			if blocks = slices.Delete(blocks, n, n+1); i.Postmortem.Date.IsZero() {
				i.Postmortem.Date = end
			}
		}
		i.Updates = r.incident(p, blocks, severity, start, end, resolved, note)
		if resolved {
			i.End = end
		}
	}
	for n := range i.Updates {
		i.Updates[n].Draft = p.hidden(r.now)
	}
	r.Incidents = append(r.Incidents, i)
}

var severities = map[string]incident.Severity{"down": incident.P1, "disrupted": incident.P2, "notice": incident.P3}

func (r *reader) incident(p post, blocks []prose.Block, severity string, start, end time.Time, resolved bool, note prose.Note) []importer.Update {
	condition := map[string]incident.Condition{"down": incident.MajorOutage}[severity]
	updates := prose.Updates(prose.Settle(blocks, start, end, resolved, note), end, resolved)
	first := &updates[0]
	first.Title, first.Severity, first.Components = p.Text("title"), r.Severity(severities, severity, p.At("severity")), r.affected(p, condition)
	return updates
}

func (r *reader) maintenance(p post, blocks []prose.Block, start, end time.Time, resolved bool, note prose.Note) []importer.Update {
	announced := start
	if len(blocks) > 0 && blocks[0].At.Before(start) && !blocks[0].At.IsZero() {
		announced, blocks[0].At = blocks[0].At, time.Time{}
	} else if !resolved {
		announced = start.Add(-7 * 24 * time.Hour)
		r.Guess(p.At("date"), "cState does not record when this was announced, so a week before its start was assumed")
	}
	var updates []importer.Update
	blocks = prose.Settle(blocks, start, end, resolved, note)
	for n, b := range blocks {
		u := incident.Update{Status: incident.InProgress, Date: b.At}
		switch {
		case n == 0:
			u = incident.Update{Title: p.Text("title"), Status: incident.Scheduled, Date: announced, Starts: start, Ends: end, Components: r.affected(p, 0)}
		case b.At.Before(start):
			u.Status = incident.Scheduled
		case b.At.After(end), resolved && n == len(blocks)-1 && b.Role == prose.Final:
			u.Status = incident.Completed
		}
		updates = append(updates, importer.Update{Update: u, Body: b.Text()})
	}
	return updates
}
