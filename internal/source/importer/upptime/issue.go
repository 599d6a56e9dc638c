package upptime

import (
	"errors"
	"fmt"
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

// comment is a comment, or the part of an issue that comments have too.
type comment struct {
	Body      string
	IssueURL  string    `json:"issue_url"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	User      struct{ Login, Type string }
	Author    string `json:"author_association"`

	at diag.Position
}

func (c comment) valid() error {
	if !possible(c.CreatedAt) {
		return errors.New("no valid created_at")
	}
	return nil
}

// possible reports whether front matter can hold a time.
func possible(t time.Time) bool { return t.Year() > 1901 && t.Year() < 9999 }

// trusted reports whether somebody who works on the repository wrote it, or a workflow. In a public
// repository, everybody can write issues and comments.
func (c comment) trusted() bool {
	return c.User.Type == "Bot" || slices.Contains([]string{"OWNER", "MEMBER", "COLLABORATOR"}, c.Author)
}

type issue struct {
	comment
	Number      int
	Title       string
	HTMLURL     string    `json:"html_url"`
	ClosedAt    time.Time `json:"closed_at"`
	Labels      []struct{ Name string }
	PullRequest *struct{} `json:"pull_request"`
}

func (i issue) valid() error {
	if !i.ClosedAt.IsZero() && !possible(i.ClosedAt) {
		return errors.New("no valid closed_at")
	}
	return i.comment.valid()
}

func (i issue) labelled(name string) bool {
	return slices.ContainsFunc(i.Labels, func(l struct{ Name string }) bool { return l.Name == name })
}

// window matches the comment in the text of maintenance, and field its lines.
var (
	window = regexp.MustCompile(`(?s)<!--(.*?)-->\s*`)
	field  = regexp.MustCompile(`(?m)^\s*(start|end|expectedDown|expectedDegraded): *(.*?)\s*$`)
)

// issue reads an issue.
func (r *reader) issue(i issue) {
	planned := i.labelled("maintenance")
	switch {
	case i.PullRequest != nil:
		return
	case !planned && !i.labelled("status"):
		r.Note(diag.LostInImport, i.at, "issue %d has neither the label status nor maintenance, so it was not imported: %s", i.Number, i.Title)
		return
	case !i.trusted():
		r.untrusted(fmt.Sprintf("issue %d, %s,", i.Number, i.Title), i.comment)
		return
	}
	title := strings.TrimLeft(i.Title, "🛑🟥🟨⚠\ufe0f ")
	to := importer.Incident{At: i.at, Planned: planned, ID: i.CreatedAt.UTC().Format(time.DateOnly) + "-" + compose.Slug(title), Old: []string{fmt.Sprintf("/incident/%d/", i.Number)}}
	first := i.update(incident.Investigating)
	first.Title, first.Components = title, &incident.Components{List: []incident.Affected{}}
	if strings.HasPrefix(i.HTMLURL, "https://") {
		first.Runbook = &incident.Runbook{Ticket: i.HTMLURL}
	}
	done := incident.Resolved
	if planned {
		done = incident.Completed
		r.planned(i, &first)
	} else {
		r.unplanned(i, &first)
	}
	to.Updates = []importer.Update{first}
	comments := r.comments[fmt.Sprint(i.Number)]
	slices.SortStableFunc(comments, func(a, b comment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for _, c := range comments {
		if !c.trusted() {
			r.untrusted(fmt.Sprintf("a comment on issue %d", i.Number), c)
			continue
		}
		u := c.update(to.Updates[len(to.Updates)-1].Status)
		line, rest, _ := strings.Cut(c.Body, "\n")
		label, words, ok := prose.Begins(line)
		switch {
		case !i.ClosedAt.IsZero() && !u.Date.Before(i.ClosedAt):
			u.Status = done
		case planned && u.Status == incident.Scheduled && !u.Date.Before(first.Starts):
			u.Status = incident.InProgress
		}
		if ok && !planned && (label.Status != 0 || label.Role == prose.Final) {
			u.Body = strings.TrimSpace(words + "\n" + rest)
			if u.Status = label.Status; u.Status == 0 {
				u.Status = incident.Resolved
			}
		}
		to.Updates = append(to.Updates, u)
	}
	r.close(i, &to, done)
	r.Incidents = append(r.Incidents, to)
}

// update returns an update with the text. A text that was changed more than a minute later is
// amended.
func (c comment) update(status incident.Status) importer.Update {
	u := importer.Update{Body: c.Body, Update: incident.Update{Status: status, Date: c.CreatedAt}}
	if c.UpdatedAt.Sub(c.CreatedAt) > time.Minute && c.IssueURL != "" && possible(c.UpdatedAt) { // an issue also changes with its labels
		u.Amended = c.UpdatedAt
	}
	return u
}

func (r *reader) untrusted(what string, c comment) {
	r.Note(diag.LostInImport, c.at, "%s was written by %s, who does not work on the repository, so it was not imported: %s", what, c.User.Login, c.Body)
}

// unplanned adds what a site that is down or slow means.
func (r *reader) unplanned(i issue, u *importer.Update) {
	u.Severity = incident.P1
	now := incident.MajorOutage
	if strings.Contains(strings.ToLower(i.Title), "degraded") {
		u.Severity, now = incident.P2, incident.DegradedPerformance
	}
	u.Components.Explicit = true
	for _, c := range r.Components {
		if i.labelled(c.Key) || strings.Contains(i.Title, c.Name+" is down") || strings.Contains(i.Title, c.Name+" has degraded") {
			u.Components.List = append(u.Components.List, incident.Affected{Component: c.Key, Condition: now})
		}
	}
	if len(u.Components.List) > 0 {
		return
	}
	for _, l := range i.Labels { // a site that is no longer monitored
		if l.Name != "status" && compose.Slug(l.Name) == l.Name {
			u.Components.List = append(u.Components.List, incident.Affected{Component: r.Component(l.Name, l.Name, i.at).Key, Condition: now})
		}
	}
}

// planned reads the window of maintenance.
func (r *reader) planned(i issue, u *importer.Update) {
	u.Status = incident.Scheduled
	m := window.FindStringSubmatch(i.Body)
	if m != nil {
		u.Body = strings.Replace(i.Body, m[0], "", 1)
		for _, f := range field.FindAllStringSubmatch(m[1], -1) {
			at, err := time.Parse(time.RFC3339, f[2])
			switch {
			case f[1] == "start" && err == nil && possible(at):
				u.Starts = at
			case f[1] == "end" && err == nil && possible(at):
				u.Ends = at
			case f[1] == "start" || f[1] == "end":
				r.Note(diag.LostInImport, i.at, "issue %d: %s is not a time: %q", i.Number, f[1], f[2])
			default:
				for slug := range strings.SplitSeq(f[2], ",") {
					if slug = strings.TrimSpace(slug); slug != "" {
						u.Components.List = append(u.Components.List, incident.Affected{Component: r.Component(slug, slug, i.at).Key})
					}
				}
			}
		}
	}
	if u.Starts.IsZero() {
		u.Starts = i.CreatedAt
		r.Note(diag.GuessInImport, i.at, "issue %d has no start, so the maintenance starts when it was created", i.Number)
	}
	if !u.Ends.After(u.Starts) {
		u.Ends = u.Starts.Add(time.Hour)
		r.Note(diag.GuessInImport, i.at, "issue %d has no end after its start, so the maintenance ends an hour later", i.Number)
	}
}

// close adds the end of an issue that no comment states, and remembers when a site was down.
func (r *reader) close(i issue, to *importer.Incident, done incident.Status) {
	end := i.ClosedAt
	near := func(u importer.Update) bool { return u.Status == done && i.ClosedAt.Sub(u.Date).Abs() <= time.Minute }
	if n := slices.IndexFunc(to.Updates, near); n >= 0 {
		end = to.Updates[n].Date
	} else if to.Planned && end.After(to.Updates[0].Ends) { // Upptime closes it, some minutes late
		r.Note(diag.LostInImport, i.at, "issue %d was closed at %s; the maintenance is over at its end", i.Number, compose.Instant(end))
	} else if !end.IsZero() {
		if to.Planned && end.Before(to.Updates[0].Starts) {
			done = incident.Cancelled
		}
		to.Updates = append(to.Updates, importer.Update{Update: incident.Update{Status: done, Date: end}})
		slices.SortStableFunc(to.Updates, func(a, b importer.Update) int { return a.Date.Compare(b.Date) })
	}
	for _, a := range to.Updates[0].Components.List {
		r.down[a.Component] = append(r.down[a.Component], span{to.Updates[0].Date, end})
	}
}
