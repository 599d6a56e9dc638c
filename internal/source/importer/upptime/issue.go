package upptime

import (
	"cmp"
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

// post is an issue or a comment.
type post struct {
	Body      string
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	User      struct{ Login, Type string }
	Author    string `json:"author_association"`
	HTMLURL   string `json:"html_url"`

	// Of a comment.
	IssueURL string `json:"issue_url"`

	// Of an issue.
	Number      int
	Title       string
	ClosedAt    time.Time `json:"closed_at"`
	Labels      []struct{ Name string }
	PullRequest *struct{} `json:"pull_request"`

	at diag.Position
}

// trusted reports whether somebody who works on the repository wrote it, or a workflow. In a public
// repository, everybody can write issues and comments.
func (p post) trusted() bool {
	return p.User.Type == "Bot" || slices.Contains([]string{"OWNER", "MEMBER", "COLLABORATOR"}, p.Author)
}

// skip reports an issue or a comment that is not imported.
func (r *reader) skip(p post, why string) {
	r.Lost(p.at, "%s wrote this at %s, %s, so it was not imported: %s", p.User.Login, compose.Instant(p.CreatedAt), why, strings.TrimSpace(p.Title+" "+p.Body))
}

func (p post) labelled(name string) bool {
	return slices.ContainsFunc(p.Labels, func(l struct{ Name string }) bool { return l.Name == name })
}

// issue reads an issue.
func (r *reader) issue(p post) {
	planned := p.labelled("maintenance")
	switch {
	case p.PullRequest != nil:
		return
	case !planned && !p.labelled("status"):
		r.Lost(p.at, "it has neither the label status nor maintenance, so it was not imported: %s", p.Title)
		return
	case !p.trusted():
		r.skip(p, "but does not work on the repository")
		for _, c := range r.comments[fmt.Sprint(p.Number)] {
			r.skip(c, "on an issue that was not imported")
		}
		return
	}
	title := strings.TrimLeft(p.Title, "🛑🟥🟨⚠\ufe0f ")
	i := importer.Incident{At: p.at, Planned: planned, ID: p.CreatedAt.UTC().Format(time.DateOnly) + "-" + compose.Slug(title),
		Old: []string{fmt.Sprintf("/incident/%d/", p.Number)}, End: p.ClosedAt}
	first := importer.Update{Body: p.Body, Update: incident.Update{Title: title, Status: incident.Investigating, Date: p.CreatedAt,
		Components: &incident.Components{List: []incident.Affected{}}}}
	if strings.HasPrefix(p.HTMLURL, "https://") {
		first.Runbook = &incident.Runbook{Ticket: p.HTMLURL}
	}
	done := incident.Resolved
	if planned {
		done = incident.Completed
		r.planned(p, &first)
	} else {
		r.unplanned(p, &first)
	}
	i.Updates = []importer.Update{first}
	comments := r.comments[fmt.Sprint(p.Number)]
	slices.SortStableFunc(comments, func(a, b post) int { return a.CreatedAt.Compare(b.CreatedAt) })
	status := first.Status
	for _, c := range comments {
		if !c.trusted() {
			r.skip(c, "but does not work on the repository")
			continue
		}
		body := c.Body
		switch {
		case !p.ClosedAt.IsZero() && !c.CreatedAt.Before(p.ClosedAt):
			status = done
		case planned && !c.CreatedAt.Before(first.Starts):
			status = incident.InProgress
		}
		line, rest, _ := strings.Cut(body, "\n")
		if label, words, ok := prose.Begins(line); ok && !planned && (label.Status != 0 || label.Role == prose.Final) {
			status, body = label.Status, strings.TrimSpace(words+"\n"+rest)
			if status == 0 {
				status = incident.Resolved
			}
		}
		i.Updates = append(i.Updates, importer.Update{Body: body, Update: incident.Update{Status: status, Date: c.CreatedAt, Amended: importer.Amended(c.UpdatedAt, c.CreatedAt)}})
	}
	r.Incidents = append(r.Incidents, i)
}

// unplanned adds what a site that is down or slow means.
func (r *reader) unplanned(p post, u *importer.Update) {
	u.Severity = incident.P1
	now := incident.MajorOutage
	if strings.Contains(strings.ToLower(p.Title), "degraded") {
		u.Severity, now = incident.P2, incident.DegradedPerformance
	}
	u.Components.Explicit = true
	affect := func(slug string) {
		u.Components.List = append(u.Components.List, incident.Affected{Component: slug, Condition: now})
	}
	for _, c := range r.Components {
		if p.labelled(c.Key) || strings.Contains(p.Title, c.Name+" is down") || strings.Contains(p.Title, c.Name+" has degraded") {
			affect(c.Key)
		}
	}
	gone := len(u.Components.List) == 0 // a site that is no longer monitored
	for _, l := range p.Labels {
		if gone && l.Name != "status" && compose.Slug(l.Name) == l.Name {
			affect(r.Component(l.Name, l.Name, p.at).Key)
		}
	}
}

// window matches the comment in the text of maintenance, and field its lines.
var (
	window = regexp.MustCompile(`(?s)<!--(.*?)-->\s*`)
	field  = regexp.MustCompile(`(?m)^\s*(start|end|expectedDown|expectedDegraded): *(.*?)\s*$`)
)

// planned reads the window of maintenance.
func (r *reader) planned(p post, u *importer.Update) {
	u.Status = incident.Scheduled
	m := window.FindStringSubmatch(p.Body)
	if m == nil {
		return
	}
	u.Body = strings.Replace(p.Body, m[0], "", 1)
	for _, f := range field.FindAllStringSubmatch(m[1], -1) {
		at, err := time.Parse(time.RFC3339, f[2])
		switch {
		case f[1] == "start" && err == nil:
			u.Starts = at
		case f[1] == "end" && err == nil:
			u.Ends = at
		case f[1] == "start" || f[1] == "end":
			r.Lost(p.at, "%s is not a time: %q", f[1], f[2])
		default:
			for name := range strings.SplitSeq(f[2], ",") {
				if name = strings.TrimSpace(name); name != "" {
					slug := cmp.Or(r.slugs[name], name)
					u.Components.List = append(u.Components.List, incident.Affected{Component: r.Component(slug, name, p.at).Key})
				}
			}
		}
	}
}
