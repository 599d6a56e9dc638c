package theme

import (
	"bytes"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// The Markdown form of the overview and of incidents is the same in every theme: it is for programs and for people who read
// plain text.

// markdown writes one page as Markdown.
type markdown struct {
	bytes.Buffer
	page *site.Page
	zone *time.Location
}

func (m *markdown) text(parts ...string) {
	for _, part := range parts {
		m.WriteString(part)
	}
}

// words writes a text of one line, so that it stays words.
func (m *markdown) words(text string) { escapeMarkdown.WriteString(m, text) }

func (m *markdown) time(t time.Time) { m.Write(appendTime(m.AvailableBuffer(), t, m.zone)) }

func (m *markdown) heading(level, title string) {
	m.text("\n", level, " ")
	m.words(title)
	m.text("\n")
}

func (m *markdown) paragraph(text string) {
	if text != "" {
		m.text("\n", text, "\n")
	}
}

func (m *markdown) affected(list []site.Affected) {
	for _, a := range list {
		m.text("- ")
		m.words(a.Name)
		m.text(": ", lower(a.Condition.Word()), "\n")
	}
}

func (m *markdown) incident(i site.Incident) {
	m.text("# ")
	m.words(i.Title)
	m.text("\n\n- Severity: ", i.Severity.String(), " (", i.Severity.Word(), ")")
	if i.Worst != i.Severity {
		m.text(", at its worst ", i.Worst.String(), " (", i.Worst.Word(), ")")
	}
	m.text("\n- Status: ", lower(i.Status.Word()), "\n- Started: ")
	m.time(i.Started)
	if !i.Ended.IsZero() {
		m.text("\n- Resolved: ")
		m.time(i.Ended)
		m.text(", after ", duration(i.Duration()))
	}
	m.text("\n")
	m.affected(i.Affected)
	m.updates(i.Updates)
	if i.Postmortem != nil {
		m.heading("##", i.Postmortem.Title)
		m.postmortem(i.Postmortem)
	}
	m.text("\n", m.page.Site.URL(i.Page), "\n")
}

func (m *markdown) postmortem(p *site.Postmortem) {
	m.text("\n")
	if !p.Date.IsZero() {
		m.text("- Date: ", p.Date.In(m.zone).Format("2 January 2006"), "\n")
	}
	m.text("- Duration: ")
	m.time(p.Started)
	if !p.Ended.IsZero() {
		m.text(" to ")
		m.time(p.Ended)
		m.text(" (", duration(p.Duration()), ")")
	}
	m.text("\n- Severity: ", p.Severity.String(), " (", p.Severity.Word(), ")\n")
	for _, fact := range [...][2]string{{"Impact", p.Impact}, {"Users affected", p.UsersAffected}, {"Data loss", p.DataLoss}} {
		if fact[1] != "" {
			m.text("- ", fact[0], ": ")
			m.words(fact[1])
			m.text("\n")
		}
	}
	if len(p.Timeline) > 0 {
		m.text("\n### Timeline\n\n")
		for _, moment := range p.Timeline {
			m.text("- ")
			m.time(moment.Time)
			if moment.Detected() {
				m.text(" Detected")
			} else {
				m.text(" ", moment.Status.Word())
			}
			if moment.Severity != 0 {
				m.text(", severity ", moment.Severity.String(), " (", moment.Severity.Word(), ")")
			}
			m.text("\n")
		}
	}
	m.paragraph(p.Markdown)
}

func (m *markdown) updates(updates []site.Update) {
	for _, u := range updates {
		m.text("\n## \\[", u.Status.Word(), "\\] ")
		m.words(u.Title)
		m.text("\n\n")
		m.time(u.Date)
		m.text("\n")
		m.paragraph(u.Markdown)
		m.facts(u.Impact, u.ETA)
	}
}

func (m *markdown) facts(impact string, eta incident.ETA) {
	if impact != "" {
		m.text("\nImpact: ")
		m.words(impact)
		m.text("\n")
	}
	switch {
	case eta.Words != "":
		m.text("\nETA: ")
		m.words(eta.Words)
		m.text("\n")
	case !eta.Time.IsZero():
		m.text("\nETA: ")
		m.time(eta.Time)
		m.text("\n")
	}
}

func (m *markdown) window(v site.Maintenance) {
	m.time(v.Starts)
	m.text(" to ")
	if v.Ends.IsZero() {
		m.text("further notice")
	} else {
		m.time(v.Ends)
	}
	m.text(": ", m.page.Site.URL(v.Page), "\n")
}

func (m *markdown) overview(v site.Overview) {
	m.text("# ")
	m.words(m.page.Site.Title)
	m.text("\n\n**", v.State.Description, "**\n")
	for _, a := range v.Announcements {
		m.heading("##", a.Title)
		m.paragraph(a.Markdown)
	}
	for _, i := range v.Open {
		m.heading("##", i.Title)
		m.text("\n", i.Severity.String(), " (", i.Severity.Word(), "), ", lower(i.Status.Word()), " since ")
		m.time(i.Started)
		m.text(": ", m.page.Site.URL(i.Page), "\n\n")
		m.affected(i.Affected)
		m.updates(i.Updates)
	}
	for _, work := range v.Active {
		m.heading("##", work.Title)
		m.text("\n", work.Status.Word(), ", ")
		m.window(work)
	}
	if len(v.Upcoming) > 0 {
		m.heading("##", "Planned maintenance")
		m.text("\n")
		for _, work := range v.Upcoming {
			m.text("- ")
			m.words(work.Title)
			m.text(", ")
			m.window(work)
		}
	}
	m.components(v.Groups)
	m.heading("##", "Last 15 days")
	m.text("\n")
	for _, day := range v.Days {
		date := day.Start.In(m.zone).Format("2 January 2006")
		for _, i := range day.Incidents {
			m.text("- ", date, ": ")
			m.words(i.Title)
			m.text(" (", i.Worst.String(), ", ", lower(i.Status.Word()), "): ", m.page.Site.URL(i.Page), "\n")
		}
		for _, work := range day.Maintenance {
			m.text("- ", date, ": ")
			m.words(work.Title)
			m.text(" (maintenance, ", lower(work.Status.Word()), "): ", m.page.Site.URL(work.Page), "\n")
		}
	}
	m.text("\nAll history: ", m.page.Site.URL(v.History), "\n")
}

func (m *markdown) components(groups []site.Group) {
	if len(groups) > 0 {
		m.heading("##", "Components")
	}
	for _, group := range groups {
		if group.Name != "" {
			m.heading("###", group.Name)
		}
		m.text("\n")
		for _, c := range group.Components {
			m.text("- ")
			m.words(c.Name)
			m.text(": ", lower(c.Condition.Word()))
			if c.Uptime != "" {
				m.text(" (", c.Uptime, " % over 90 days)")
			}
			m.text("\n")
		}
	}
}
