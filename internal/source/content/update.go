package content

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/source/markdown"
)

// reader decodes front matter. It can be reused for many files, one at a time.
type reader struct {
	frontmatter.Decoder
	yaml   frontmatter.Reader
	config *config.Config
	source *source

	draft       bool                // the file is a draft or may be meant as one
	update      incident.Update     // the update being read
	incident    []frontmatter.Field // fields of an update of an incident, stored in update
	maintenance []frontmatter.Field
}

func newReader(c *config.Config) *reader {
	r := &reader{config: c}
	r.incident, r.maintenance = r.incidentFields(&r.update), r.maintenanceFields(&r.update)
	return r
}

// decode decodes front matter into a source.
func (r *reader) decode(s *source, root *frontmatter.Node, front front, repaired bool) {
	r.Decoder, r.source = frontmatter.Decoder{Path: s.path, Zone: r.config.Zone, Tolerant: true}, s
	dropped(&r.Decoder, root, front)
	r.draft = isDraft(&r.Decoder, root, front, repaired)
	if s.language != "" {
		s.translation = &incident.Translation{Path: s.path, Draft: r.draft}
		r.Fields(root, "front matter", r.translationFields(s.translation))
		return
	}
	switch s.section {
	case incidentUpdate:
		s.update = r.readUpdate(root, r.incident)
		r.needStatus("investigating, identified, monitoring or resolved")
	case maintenanceUpdate:
		s.update = r.readUpdate(root, r.maintenance)
		r.needStatus("scheduled, in_progress, verifying, completed or cancelled")
		// Maintenance has no deadline that would end the hold.
		s.update.Draft = s.update.Draft || s.update.Hold.Unclear
	case postmortem:
		s.postmortem = &incident.Postmortem{Path: s.path, Draft: r.draft, Public: isPublic(&r.Decoder, root)}
		r.Fields(root, "front matter", r.postmortemFields(s.postmortem))
	case announcement:
		s.announcement = &incident.Announcement{ID: s.id, Path: s.path, Draft: r.draft}
		r.Fields(root, "front matter", r.announcementFields(s.announcement))
		if !r.need(s.announcement.Title != "", "title", "title: Planned change") {
			s.announcement.Title = s.id
		}
		r.need(!s.announcement.Date.IsZero(), "date", "date: 2026-10-02T10:04:00Z")
	case page:
		s.page = &Page{ID: s.id, Path: s.path, Draft: r.draft}
		r.Fields(root, "front matter", r.pageFields(s.page))
		if !r.need(s.page.Title != "", "title", "title: About this page") {
			s.page.Title = s.id
		}
	case template:
		s.template = &Template{ID: s.id, Path: s.path}
		s.template.Update.Draft, s.template.Update.Hold = r.draft, readHold(&r.Decoder, root)
		r.Fields(root, "front matter", append(r.incidentFields(&s.template.Update), frontmatter.Field{Key: "description", Decode: r.line(&s.template.Description)}))
	}
}

func (r *reader) readUpdate(root *frontmatter.Node, fields []frontmatter.Field) *incident.Update {
	hold := readHold(&r.Decoder, root)
	r.update = incident.Update{ID: r.source.id, Path: r.source.path, Draft: r.draft, Hold: hold}
	r.Fields(root, "front matter", fields)
	u := r.update
	r.contradictions(root, &u)
	if u.Severity == 0 && r.source.section == incidentUpdate {
		u.SeverityUnclear = u.SeverityUnclear || slices.ContainsFunc(root.Entries, func(e frontmatter.Entry) bool { return isLike(e.Key, "severity", 2) && !isKnown(e.Key, fields) })
	}
	return &u
}

// need reports a missing key. A key with a value that is not valid has already been reported.
func (r *reader) need(ok bool, key, example string) bool {
	if _, stated := r.source.keys.At(r.source.path, key); !ok && !stated {
		r.source.report(diag.MissingKey, "", "write "+example, "no %s", key)
	}
	return ok
}

// needStatus reports an update without a status. incident.Fold decides what it counts as.
func (r *reader) needStatus(known string) {
	if r.source.update.Status == 0 {
		r.need(false, "status", "status: with one of "+known)
	}
}

// elsewhere ignores a key that was read before the others.
func elsewhere(*frontmatter.Node) {}

func (r *reader) commonFields(u *incident.Update) []frontmatter.Field {
	return []frontmatter.Field{
		{Key: "title", Decode: r.title(&u.Title)},
		{Key: "date", Decode: r.instant(&u.Date)},
		{Key: "components", Decode: func(n *frontmatter.Node) { u.Components = r.components(n) }},
		{Key: "impact", Decode: r.line(&u.Impact)},
		{Key: "eta", Decode: func(n *frontmatter.Node) { u.ETA = r.eta(n) }},
		{Key: "draft", Decode: elsewhere},
		{Key: "hold", Decode: elsewhere},
		{Key: "amended", Decode: r.instant(&u.Amended)},
		{Key: "aliases", Decode: func(n *frontmatter.Node) { u.Aliases = r.aliases(n) }},
	}
}

func (r *reader) incidentFields(u *incident.Update) []frontmatter.Field {
	runbook := func() *incident.Runbook {
		if u.Runbook == nil {
			u.Runbook = &incident.Runbook{}
		}
		return u.Runbook
	}
	return append(r.commonFields(u), []frontmatter.Field{
		{Key: "severity", Decode: func(n *frontmatter.Node) {
			u.Severity = r.severity(n)
			u.SeverityUnclear = u.Severity == 0
		}},
		{Key: "status", Decode: func(n *frontmatter.Node) { u.Status = r.status(n, incident.IncidentStatuses[:]) }},
		{Key: "detected", Decode: r.instant(&u.Detected)},
		{Key: "acknowledged", Decode: r.instant(&u.Acknowledged)},
		{Key: "security", Decode: func(n *frontmatter.Node) {
			if runbook().Security = r.oneOf(n, diag.WrongType, "what a security incident is", "incident", "breach"); runbook().Security == "" {
				runbook().Security = "incident" // in doubt, keep it out of logs and comments
			}
		}},
		{Key: "email", Decode: func(n *frontmatter.Node) {
			if send, ok := r.Bool(n); ok && send {
				runbook().Email = incident.Yes
			} else if ok {
				runbook().Email = incident.No
			}
		}},
		{Key: "data_loss", Decode: func(n *frontmatter.Node) { runbook().DataLoss, _ = r.Bool(n) }},
		{Key: "escalate", Decode: func(n *frontmatter.Node) {
			texts, _ := r.Texts(n)
			for _, text := range texts {
				if party := r.oneOf(text, diag.UnknownParty, "anyone to escalate to", policy.Parties[:]...); party != "" {
					runbook().Escalate = append(runbook().Escalate, party)
				}
			}
		}},
		{Key: "escalated", Decode: func(n *frontmatter.Node) {
			runbook().Escalated = map[string]time.Time{}
			var fields []frontmatter.Field
			for _, party := range policy.Parties {
				fields = append(fields, frontmatter.Field{Key: party, Decode: func(n *frontmatter.Node) {
					if t, ok := r.Instant(n); ok {
						runbook().Escalated[party] = t
					}
				}})
			}
			r.Fields(n, "a map such as {lead: 2026-10-02T10:30:00Z}", fields)
		}},
		{Key: "notified", Decode: func(n *frontmatter.Node) { r.instant(&runbook().Notified)(n) }},
		{Key: "waive", Decode: func(n *frontmatter.Node) { runbook().Waive = r.waive(n) }},
	}...)
}

func (r *reader) maintenanceFields(u *incident.Update) []frontmatter.Field {
	return append(r.commonFields(u), []frontmatter.Field{
		{Key: "status", Decode: func(n *frontmatter.Node) { u.Status = r.status(n, incident.MaintenanceStatuses[:]) }},
		{Key: "starts", Decode: r.instant(&u.Starts)},
		{Key: "ends", Decode: r.instant(&u.Ends)},
	}...)
}

func (r *reader) postmortemFields(p *incident.Postmortem) []frontmatter.Field {
	internal := func(*frontmatter.Node) {} // for those who read the file; in no output
	said := func(to *string) func(*frontmatter.Node) {
		return func(n *frontmatter.Node) {
			switch {
			case n.Kind == frontmatter.Bool && strings.EqualFold(n.Text, "true"):
				*to = "yes"
			case n.Kind == frontmatter.Bool:
				*to = "none"
			default:
				r.line(to)(n)
			}
		}
	}
	return []frontmatter.Field{
		{Key: "title", Decode: r.title(&p.Title)},
		{Key: "draft", Decode: elsewhere},
		{Key: "public", Decode: elsewhere},
		{Key: "meeting", Decode: r.instant(&p.Meeting)},
		{Key: "date", Decode: r.instant(&p.Date)},
		{Key: "severity", Decode: func(n *frontmatter.Node) { p.Severity = r.severity(n) }},
		{Key: "started", Decode: r.instant(&p.Started)},
		{Key: "ended", Decode: r.instant(&p.Ended)},
		{Key: "impact", Decode: r.line(&p.Impact)},
		{Key: "users_affected", Decode: said(&p.UsersAffected)},
		{Key: "revenue_impact", Decode: internal},
		{Key: "data_loss", Decode: said(&p.DataLoss)},
		{Key: "owners", Decode: internal},
	}
}

func (r *reader) announcementFields(a *incident.Announcement) []frontmatter.Field {
	return []frontmatter.Field{
		{Key: "title", Decode: r.title(&a.Title)},
		{Key: "date", Decode: r.instant(&a.Date)},
		{Key: "until", Decode: func(n *frontmatter.Node) {
			if t, ok := r.Instant(n); ok {
				a.Until = t
			}
		}},
		{Key: "draft", Decode: elsewhere},
		{Key: "aliases", Decode: func(n *frontmatter.Node) { a.Aliases = r.aliases(n) }},
	}
}

func (r *reader) pageFields(p *Page) []frontmatter.Field {
	return []frontmatter.Field{
		{Key: "title", Decode: r.title(&p.Title)},
		{Key: "draft", Decode: elsewhere},
		{Key: "aliases", Decode: func(n *frontmatter.Node) { p.Aliases = r.aliases(n) }},
	}
}

func (r *reader) translationFields(t *incident.Translation) []frontmatter.Field {
	return []frontmatter.Field{
		{Key: "title", Decode: r.title(&t.Title)},
		{Key: "impact", Decode: r.line(&t.Impact)},
		{Key: "eta", Decode: func(n *frontmatter.Node) {
			if text, ok := r.Text(n); ok && frontmatter.LooksLikeDate(text) {
				r.Report(diag.BadDate, n, "an instant belongs in the original, where it serves all languages", "%q is not in words", text)
			} else if ok {
				t.ETA = strings.TrimSpace(text)
			}
		}},
		{Key: "draft", Decode: elsewhere},
		{Key: "amended", Decode: r.instant(&t.Amended)},
	}
}

func (r *reader) waive(n *frontmatter.Node) map[string]string {
	if n.Kind != frontmatter.Map {
		r.Report(diag.WrongType, n, `write waive: {escalate: "drill"}`, "a rule to waive needs its reason")
		return nil
	}
	waived := map[string]string{}
	for _, e := range n.Entries {
		at := &frontmatter.Node{Line: e.Line, Column: e.Column}
		reason, ok := r.Text(e.Value)
		switch {
		case !contains(policy.Waivable(), e.Key):
			r.Report(diag.UnknownRule, at, diag.DidYouMean(e.Key, policy.Waivable()), "there is no rule %q", e.Key)
		case ok && strings.TrimSpace(reason) == "":
			r.Report(diag.MissingKey, e.Value, `write the reason, such as "drill"`, "%q is waived without a reason", e.Key)
		case ok:
			waived[e.Key] = strings.TrimSpace(reason)
		}
	}
	return waived
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

func (r *reader) oneOf(n *frontmatter.Node, kind diag.Kind, what string, known ...string) string {
	text, ok := r.Text(n)
	if folded := frontmatter.Fold(text); ok && contains(known, folded) {
		if folded != text {
			r.Canonical(n, text, folded)
		}
		return folded
	}
	if ok {
		r.Report(kind, n, diag.DidYouMean(text, known), "%q is not %s", text, what)
	}
	return ""
}

func (r *reader) title(to *string) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		text, ok := r.clean(n)
		if ok && len(text) > MaxTitleLength {
			r.Report(diag.BadNumber, n, "put the rest into the text", "a title of %d bytes, more than %d", len(text), MaxTitleLength)
			text = strings.ToValidUTF8(text[:MaxTitleLength], "")
		}
		if ok {
			*to = text
		}
	}
}

func (r *reader) line(to *string) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		if text, ok := r.clean(n); ok {
			*to = text
		}
	}
}

// clean returns a text on one line without control characters.
func (r *reader) clean(n *frontmatter.Node) (string, bool) {
	text, ok := r.Text(n)
	if !ok {
		return "", false
	}
	if n.Comment != "" && !n.Quoted {
		r.Report(diag.DroppedText, n, "if it is part of the text, put all of it in quotes: "+strconv.Quote(text+" "+n.Comment), "YAML takes %q for a comment", n.Comment)
	}
	text, first := markdown.Clean(text)
	if first >= 0 {
		r.Report(diag.ControlCharacter, n, "delete it", "a control character was dropped")
	}
	return oneLine(text), true
}

// oneLine trims a text and replaces every run of white space with one space. It returns a copy so
// that the text does not keep the whole file in memory.
func oneLine(text string) string {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x80 || c == ' ' && (i == 0 || i == len(text)-1 || text[i-1] == ' ') {
			return strings.Clone(strings.Join(strings.Fields(text), " "))
		}
	}
	return strings.Clone(text)
}

func (r *reader) instant(to *time.Time) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		if t, ok := r.Instant(n); ok {
			*to = t
		}
	}
}

func (r *reader) severity(n *frontmatter.Node) incident.Severity {
	text, ok := r.Text(n)
	if s, known := incident.ParseSeverity(strings.ToUpper(strings.ReplaceAll(frontmatter.Fold(text), "_", ""))); known {
		if text != s.String() {
			r.Canonical(n, text, s.String())
		}
		return s
	}
	if ok {
		hint := "valid values: P0, P1, P2, P3"
		for _, s := range incident.Severities {
			if strings.EqualFold(text, s.Word()) || text == string(rune('0'+s-1)) {
				hint = "write " + s.String()
			}
		}
		r.Report(diag.UnknownSeverity, n, hint, "unknown severity %q", text)
	}
	return 0
}

func (r *reader) status(n *frontmatter.Node, among []incident.Status) incident.Status {
	text, ok := r.Text(n)
	if !ok {
		return 0
	}
	folded := frontmatter.Fold(text)
	if s, known := incident.ParseStatus(folded, among); known {
		if folded != text {
			r.Canonical(n, text, folded)
		}
		return s
	}
	words := make([]string, len(among))
	for i, s := range among {
		words[i] = s.String()
	}
	r.Report(diag.UnknownStatus, n, diag.DidYouMean(folded, words), "unknown status %q", text)
	return 0
}
