package theme

import (
	"bytes"
	"time"

	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/locale"
)

// The Markdown form of the overview and of incidents is the same in every theme. It is for
// programs, and for people who read plain text.

// markdown renders one page as Markdown.
type markdown struct {
	*bytes.Buffer
	*locale.Locale
	page *site.Page
	zone *time.Location
}

func (m *markdown) text(parts ...string) {
	for _, part := range parts {
		m.WriteString(part)
	}
}

// stamp formats an instant in the page's zone.
func (m *markdown) stamp(t time.Time) string {
	return string(m.AppendInstant(make([]byte, 0, 48), t.In(m.zone)))
}

// span formats a period. A zero to means "until further notice".
func (m *markdown) span(from, to time.Time) string {
	end := m.Word("further_notice")
	if !to.IsZero() {
		end = m.stamp(to)
	}
	return m.Word("range", "from", m.stamp(from), "to", end)
}

// fact writes a list item, unless the value is empty.
func (m *markdown) fact(key, value string) {
	if value != "" {
		m.text("- ", m.Word(key), ": ", value, "\n")
	}
}

func (m *markdown) heading(level, title string) {
	m.text("\n", level, " ", escapeMarkdown(title), "\n")
}

func (m *markdown) paragraph(text string) {
	if text != "" {
		m.text("\n", text, "\n")
	}
}

func (m *markdown) affected(list []site.Affected) {
	for _, a := range list {
		m.text("- ", escapeMarkdown(a.Name), ": ", m.Condition(a.Condition), "\n")
	}
}

func (m *markdown) incident(i *site.Incident) {
	m.text("# ", escapeMarkdown(i.Title), "\n\n")
	severity := m.SeverityWord(i.Severity)
	if i.Worst != i.Severity {
		severity += ", " + m.Word("was", "severity", m.SeverityWord(i.Worst))
	}
	m.fact("severity", severity)
	m.fact("status", m.Status(i.Status))
	if i.Ended.IsZero() {
		m.fact("duration", m.Word("since", "time", m.stamp(i.Started)))
	} else {
		m.fact("duration", m.span(i.Started, i.Ended)+" ("+m.Duration(i.Duration())+")")
	}
	m.affected(i.Affected)
	m.updates(i.Updates())
	if i.Postmortem != nil {
		m.heading("##", i.Postmortem.Title)
		m.postmortem(i.Postmortem)
	}
	m.text("\n", m.page.Site.URL(i.Page), "\n")
}

func (m *markdown) postmortem(p *site.Postmortem) {
	m.text("\n")
	if !p.Date.IsZero() {
		m.fact("date", m.Day(p.Date.In(m.zone)))
	}
	if !p.Detected.IsZero() {
		m.fact("detected", m.stamp(p.Detected))
	}
	if !p.Started.IsZero() {
		m.fact("duration", m.span(p.Started, p.Ended))
	}
	if p.Severity != 0 {
		m.fact("severity", m.SeverityWord(p.Severity))
	}
	m.fact("impact", escapeMarkdown(p.Impact))
	m.fact("users_affected", escapeMarkdown(p.UsersAffected))
	m.fact("data_loss", escapeMarkdown(p.DataLoss))
	m.paragraph(p.Markdown)
}

func (m *markdown) updates(updates []site.Update) {
	for _, u := range updates {
		m.text("\n## [", m.Status(u.Status), "] ", escapeMarkdown(u.Title), "\n\n", m.stamp(u.Date))
		if !u.Posted.IsZero() {
			m.text(" · ", m.Word("posted", "time", m.stamp(u.Posted)))
		}
		m.text("\n")
		m.paragraph(u.Markdown)
		if u.Impact != "" {
			m.text("\n", m.Word("impact"), ": ", escapeMarkdown(u.Impact), "\n")
		}
		switch {
		case u.ETA.Words != "":
			m.text("\n", m.Word("eta"), ": ", escapeMarkdown(u.ETA.Words), "\n")
		case !u.ETA.Time.IsZero():
			m.text("\n", m.Word("eta"), ": ", u.ETA.Time.In(m.zone).Format("2006-01-02 15:04 MST"), "\n")
		}
	}
}

func (m *markdown) window(v *site.Maintenance) {
	m.text(m.span(v.Starts, v.Ends), ": ", m.page.Site.URL(v.Page), "\n")
}

func (m *markdown) overview(v *site.Overview) {
	m.text("# ", escapeMarkdown(m.page.Site.Title), "\n\n**", m.State(v.State.Name), "**\n")
	for _, a := range v.Announcements {
		m.heading("##", a.Title)
		m.paragraph(a.Markdown)
	}
	for _, i := range v.Open {
		m.heading("##", i.Title)
		m.text("\n", m.SeverityWord(i.Severity), ", ", m.Status(i.Status), ", ", m.Word("since", "time", m.stamp(i.Started)), ": ", m.page.Site.URL(i.Page), "\n\n")
		m.affected(i.Affected)
		m.updates(i.Updates())
	}
	for _, work := range v.Active {
		m.heading("##", work.Title)
		m.text("\n", m.Status(work.Status), ", ")
		m.window(work)
	}
	if len(v.Upcoming) > 0 {
		m.heading("##", m.Word("planned_maintenance"))
		m.text("\n")
		for _, work := range v.Upcoming {
			m.text("- ", escapeMarkdown(work.Title), ", ")
			m.window(work)
		}
	}
	m.components(v.Groups)
	m.heading("##", m.Word("recent_days"))
	m.text("\n")
	for _, day := range v.Days {
		date := m.Day(day.Start.In(m.zone))
		for _, i := range day.Incidents {
			m.text("- ", date, ": ", escapeMarkdown(i.Title), " (", m.SeverityWord(i.Worst), ", ", m.Status(i.Status), "): ", m.page.Site.URL(i.Page), "\n")
		}
		for _, work := range day.Maintenance {
			m.text("- ", date, ": ", escapeMarkdown(work.Title), " (", m.Word("maintenance"), ", ", m.Status(work.Status), "): ", m.page.Site.URL(work.Page), "\n")
		}
	}
	m.text("\n", m.Word("all_history"), ": ", m.page.Site.URL("history/index.html"), "\n")
}

func (m *markdown) components(groups []site.Group) {
	if len(groups) > 0 {
		m.heading("##", m.Word("components"))
	}
	for _, group := range groups {
		if group.Name != "" {
			m.heading("###", group.Name)
		}
		m.text("\n")
		for _, c := range group.Components {
			m.text("- ", escapeMarkdown(c.Name), ": ", m.Condition(c.Condition))
			if c.Uptime != "" {
				m.text(" (", m.Word("uptime", "percent", m.Percent(c.Uptime)), ")")
			}
			m.text("\n")
		}
	}
}
