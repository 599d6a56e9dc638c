package typed

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/source/markdown"
)

// Update holds what people type for an update, in flags or in a form. A value that was not typed is
// "" or nil.
type Update struct {
	Title, Severity, Impact, ETA, Date, Hold, Ticket string
	Components                                       []string
	Draft                                            bool
}

// Fill sets the fields of an update that were typed. severity is the current severity; planned is
// true for maintenance.
func (t Update) Fill(u *incident.Update, c *config.Config, severity incident.Severity, planned bool, now time.Time) error {
	var err error
	if u.Date, err = Time("date", t.Date, now, now, c.Zone, Past); err != nil {
		return err
	}
	u.Title = cmp.Or(Title(t.Title), u.Title)
	if len(u.Title) > content.MaxTitleLength {
		return diag.Usage(fmt.Errorf("the title has %d bytes, and at most %d are allowed", len(u.Title), content.MaxTitleLength),
			"move the rest into the text")
	}
	if t.Severity != "" {
		if u.Severity, err = Severity(t.Severity); err != nil {
			return err
		}
	}
	severity = cmp.Or(u.Severity, severity)
	affected, err := Components(c, t.Components, severity, planned)
	if err != nil {
		return err
	}
	u.Components = cmp.Or(affected, u.Components)
	u.Impact = cmp.Or(t.Impact, u.Impact)
	if t.ETA != "" {
		if u.ETA, err = ETA(t.ETA, u.Date, c.Zone); err != nil {
			return err
		}
	}
	u.Draft = u.Draft || t.Draft
	if t.Ticket != "" {
		if ticket, err := url.Parse(t.Ticket); err != nil || ticket.Host == "" || ticket.Scheme != "https" && ticket.Scheme != "http" {
			return diag.Usage(fmt.Errorf("--ticket %q is not a URL", t.Ticket), "write it like --ticket https://example.com/tickets/12")
		}
		if u.Runbook == nil {
			u.Runbook = &incident.Runbook{}
		}
		u.Runbook.Ticket = t.Ticket
	}
	if t.Hold == "" {
		return nil
	}
	if severity.Urgent() && !planned {
		return diag.Usage(fmt.Errorf("an update of a %s is never held: it is published at once", severity),
			"leave out --hold, or write a --draft")
	}
	if d, err := frontmatter.ParseDuration(strings.TrimPrefix(t.Hold, "+")); err == nil && d > 0 {
		u.Hold.For = d
		return nil
	}
	u.Hold.Until, err = Time("hold", t.Hold, time.Time{}, u.Date, c.Zone, Ahead)
	return err
}

// InsteadOf returns what to type for an update of an open incident in a state instead of the first
// update u of another one. The title stays, and so does the severity unless the new one is worse.
// The components are added.
func (t Update) InsteadOf(state incident.State, u incident.Update) Update {
	t.Title, t.Severity, t.Components = "", "", nil
	if u.Severity.Worse(state.Severity) != state.Severity {
		t.Severity = u.Severity.String()
	}
	if u.Components != nil {
		t.Components = moreComponents(state, u.Components.List)
	}
	return t
}

// Title cleans a title, which may be several words of the command line.
func Title(words ...string) string {
	title, _ := markdown.Clean(strings.Join(words, " "))
	return strings.Join(strings.Fields(title), " ")
}

// Window holds what people type for the time of planned work: its start, and its end or its
// duration.
type Window struct{ Start, End, Duration string }

// SetEnd sets the end from a text that is a duration or a time.
func (w *Window) SetEnd(text string) {
	w.Duration, w.End = "", text
	if _, err := frontmatter.ParseDuration(text); err == nil {
		w.Duration, w.End = text, ""
	}
}

// Fill sets the start and the end of an update of maintenance as far as they were typed.
func (w Window) Fill(u *incident.Update, zone *time.Location, now time.Time) (err error) {
	if w.End != "" && w.Duration != "" {
		return diag.Usage(errors.New("--end and --duration both set the end"), "leave out one of them")
	}
	if u.Starts, err = Time("start", w.Start, u.Starts, now, zone, Ahead); err != nil {
		return err
	}
	if w.Duration != "" {
		d, err := frontmatter.ParseDuration(w.Duration)
		if err != nil || d <= 0 {
			return diag.Usage(fmt.Errorf("--duration %q is not a duration", w.Duration), "write it like --duration 90m")
		}
		if !u.Starts.IsZero() {
			u.Ends = u.Starts.Add(d)
		}
		return nil
	}
	after := now
	if !u.Starts.IsZero() && timeOfDay.MatchString(w.End) {
		after = u.Starts // 23:30 means the first 23:30 after the start
	}
	u.Ends, err = Time("end", w.End, u.Ends, after, zone, Ahead)
	return err
}
