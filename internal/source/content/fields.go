package content

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/frontmatter"
)

// elsewhere ignores a key that was read before the others, or that no output needs.
func elsewhere(*frontmatter.Node) {}

// Fields returns the keys of the front matter of a kind of file, for a schema: incident,
// maintenance, announcement, page, postmortem, template or translation. Without components, any
// component id is valid.
func Fields(kind string, components []string) (fields []frontmatter.Field) {
	c := config.Default()
	for _, id := range components {
		c.Components = append(c.Components, config.Component{ID: id})
	}
	r := newReader(c)
	switch kind {
	case "incident":
		fields = r.incident
	case "maintenance":
		fields = r.maintenance
	case "announcement":
		fields = r.announcementFields(&incident.Announcement{})
	case "page":
		fields = r.pageFields(&Page{})
	case "postmortem":
		fields = r.postmortemFields(&incident.Postmortem{})
	case "template":
		fields = r.templateFields(&Template{})
	case "translation":
		fields = r.translationFields(&incident.Translation{})
	}
	for i := range fields {
		fields[i].Schema.Null = true
	}
	return fields
}

func (r *reader) commonFields(u *incident.Update, components frontmatter.Schema, what string) []frontmatter.Field {
	return []frontmatter.Field{
		r.instant("date", "When this was true, such as 2026-10-02T10:04:00Z. By default, when the file reached the branch.", &u.Date),
		frontmatter.Key("components", what, components, func(n *frontmatter.Node) { u.Components = r.components(n) }),
		r.text("impact", "What is affected, in one line.", &u.Impact),
		frontmatter.Key("eta", "When service will be restored: a time, or words such as within the hour.",
			frontmatter.Either(frontmatter.Form(frontmatter.InstantForm), frontmatter.Words()), func(n *frontmatter.Node) { u.ETA = r.eta(n) }),
		draftField("Not ready: in no output."),
		frontmatter.Key("hold", "Keep it back: a duration after its date, such as 30m, or a time. Not for P0 and P1.",
			frontmatter.Either(frontmatter.Form(frontmatter.DurationForm), frontmatter.Form(frontmatter.InstantForm)), elsewhere),
		r.instant("amended", "When this text was corrected.", &u.Amended),
		config.Aliases(&r.Decoder, "Former URLs, which redirect to this one.", &u.Aliases),
		r.text("atom_id", "The id of the incident's entry in /history.atom; in the first update only, from an import.", &u.AtomID),
		frontmatter.Key("email", "Whether to send this update by e-mail; by default P0, P1 and breaches are. In no output.", frontmatter.Boolean(), func(n *frontmatter.Node) {
			if send, ok := r.Bool(n); ok && send {
				runbook(u).Email = incident.Yes
			} else if ok {
				runbook(u).Email = incident.No
			}
		}),
		frontmatter.Key("ticket", "The URL of the ticket. In no output.", frontmatter.Form(`^https?://[^/?#]+.*$`), func(n *frontmatter.Node) {
			text, ok := r.Text(n)
			if ticket, err := url.Parse(text); ok && (err != nil || ticket.Host == "" || ticket.Scheme != "https" && ticket.Scheme != "http") {
				r.Report(diag.BadURL, n, "write it like https://example.com/tickets/12", "%q is not a URL", text)
			} else if ok {
				runbook(u).Ticket = text
			}
		}),
	}
}

// runbook returns the facts that an update states for the runbook, to be filled in.
func runbook(u *incident.Update) *incident.Runbook {
	if u.Runbook == nil {
		u.Runbook = &incident.Runbook{}
	}
	return u.Runbook
}

func (r *reader) incidentFields(u *incident.Update) []frontmatter.Field {
	condition := frontmatter.OneOf(incident.Names(incident.Conditions[:])...)
	condition.Description = "How the component is affected."
	list, byID := frontmatter.ListOf(r.componentID()), frontmatter.Schema{Type: []string{"object"}, Values: &condition}
	if len(r.config.Components) > 0 {
		byID.Values = nil
		for _, c := range r.config.Components {
			byID.Fields = append(byID.Fields, frontmatter.Key(c.ID, condition.Description, condition, nil))
		}
	}
	escalated := make([]frontmatter.Field, len(policy.Parties))
	for i, party := range policy.Parties {
		escalated[i] = frontmatter.Key(party, "When the "+party+" was told.", frontmatter.Form(frontmatter.InstantForm), func(n *frontmatter.Node) {
			if t, ok := r.Instant(n); ok {
				runbook(u).Escalated[party] = t
			}
		})
		escalated[i].Schema.Null = true
	}
	waivable := make([]frontmatter.Field, len(policy.Waivable()))
	for i, rule := range policy.Waivable() {
		waivable[i] = frontmatter.Key(rule, "Why the rule is waived.", frontmatter.Scalar(), nil)
		waivable[i].Schema.Pattern = `\S`
	}
	return slices.Concat([]frontmatter.Field{
		r.title("A short description of the problem. Required in the first update; a later one may rename the incident.", &u.Title),
		frontmatter.Key("severity", "P0 critical, P1 high, P2 medium, P3 low. Required in the first update; a later one may change it.", severities, func(n *frontmatter.Node) {
			u.Severity = r.severity(n)
			u.SeverityUnclear = u.Severity == 0
		}),
		r.statusField("The status of the incident.", incident.IncidentStatuses[:], &u.Status).Needed(),
	}, r.commonFields(u, frontmatter.Either(append(list.AnyOf, byID)...), "The affected components: a list, whose conditions follow from the severity, or a map of conditions. A component that is left out is operational again."), []frontmatter.Field{
		r.instant("detected", "When it was first noticed; in the first update only, and not after its date. Deadlines start here.", &u.Detected),
		r.instant("acknowledged", "When someone took it on.", &u.Acknowledged),
		frontmatter.Key("security", "The kind of security incident: an incident, or a breach, whose customers are notified within 72 hours. In no output.", frontmatter.OneOf("incident", "breach"), func(n *frontmatter.Node) {
			if runbook(u).Security = r.oneOf(n, diag.WrongType, "%q is not a kind of security incident", "incident", "breach"); runbook(u).Security == "" {
				runbook(u).Security = "incident" // in doubt, keep it out of logs and comments
			}
		}),
		frontmatter.Key("data_loss", "Data was lost: the lead is told. In no output.", frontmatter.Boolean(), func(n *frontmatter.Node) { runbook(u).DataLoss, _ = r.Bool(n) }),
		frontmatter.Key("retracted", "The incident was opened by mistake; in the update that resolves it. In no output.", frontmatter.Boolean(), func(n *frontmatter.Node) { runbook(u).Retracted, _ = r.Bool(n) }),
		frontmatter.Key("escalate", "Who else must be told, apart from what the severity and the duration require. In no output.", frontmatter.ListOf(frontmatter.OneOf(policy.Parties[:]...)), func(n *frontmatter.Node) {
			for _, text := range r.Texts(n) {
				if party := r.oneOf(text, diag.UnknownParty, "%q is not anyone to escalate to", policy.Parties[:]...); party != "" {
					runbook(u).Escalate = append(runbook(u).Escalate, party)
				}
			}
		}),
		frontmatter.Key("escalated", "When each of them was told, such as {lead: 2026-10-02T10:30:00Z}. In no output.", frontmatter.MapOf(escalated...), func(n *frontmatter.Node) {
			runbook(u).Escalated = map[string]time.Time{}
			r.Fields(n, "a map such as {lead: 2026-10-02T10:30:00Z}", escalated)
		}),
		frontmatter.Key("notified", "When customers were notified of a breach. In no output.", frontmatter.Form(frontmatter.InstantForm), func(n *frontmatter.Node) {
			frontmatter.Set(&runbook(u).Notified, r.Instant)(n)
		}),
		frontmatter.Key("waive", `Rules that are waived, each with its reason, such as {escalate: "drill"}. In no output.`, frontmatter.MapOf(waivable...), func(n *frontmatter.Node) { runbook(u).Waive = r.waive(n) }),
	})
}

func (r *reader) templateFields(t *Template) []frontmatter.Field {
	fields := append(r.incidentFields(&t.Update), r.text("description", "What the template is for, to help people choose one.", &t.Description))
	for i := range fields {
		fields[i].Schema.Required = false
	}
	return fields
}

func (r *reader) maintenanceFields(u *incident.Update) []frontmatter.Field {
	return append([]frontmatter.Field{
		r.title("A short description of the work. Required in the first update.", &u.Title),
		r.statusField("The status of the work. It changes to in_progress and completed automatically.", incident.MaintenanceStatuses[:], &u.Status).Needed(),
		r.instant("starts", "When the window begins. Required in the first update; a later one may move it.", &u.Starts),
		r.instant("ends", "When the window ends. Required in the first update; a later one may move it.", &u.Ends),
	}, r.commonFields(u, frontmatter.ListOf(r.componentID()), "The components that are under maintenance inside the window.")...)
}

func (r *reader) postmortemFields(p *incident.Postmortem) []frontmatter.Field {
	stated := func(key, help string, to *string) frontmatter.Field {
		return frontmatter.Key(key, help, frontmatter.Scalar(), func(n *frontmatter.Node) {
			switch {
			case n.Kind == frontmatter.Bool && strings.EqualFold(n.Text, "true"):
				*to = "yes"
			case n.Kind == frontmatter.Bool:
				*to = "none"
			default:
				frontmatter.Set(to, r.Line)(n)
			}
		})
	}
	return []frontmatter.Field{
		r.title("The heading.", &p.Title),
		draftField("Not ready: in no output, and the post-mortem is still due."),
		frontmatter.Key("public", "Shown below the incident.", frontmatter.Boolean(), elsewhere),
		r.instant("meeting", "When the meeting was held.", &p.Meeting),
		r.instant("date", "The date of the document.", &p.Date),
		r.text("code", "The id of its update in the API, from an import.", &p.Code),
		frontmatter.Key("severity", "The severity, if it is not the highest of the updates.", severities, func(n *frontmatter.Node) { p.Severity = r.severity(n) }),
		r.instant("started", "When it began, if the updates do not say so.", &p.Started),
		r.instant("ended", "When it ended, if the updates do not say so.", &p.Ended),
		r.text("impact", "What was affected, in one line.", &p.Impact),
		stated("users_affected", "How many users were affected.", &p.UsersAffected),
		frontmatter.Key("revenue_impact", "For readers of the file: in no output.", frontmatter.Schema{}, elsewhere),
		stated("data_loss", "What was lost, or none.", &p.DataLoss),
		frontmatter.Key("owners", "For readers of the file: in no output.", frontmatter.Schema{}, elsewhere),
	}
}

func (r *reader) announcementFields(a *incident.Announcement) []frontmatter.Field {
	return []frontmatter.Field{
		r.title("What is announced.", &a.Title).Needed(),
		r.instant("date", "The start of the period in which it is shown, such as 2026-10-02T10:04:00Z.", &a.Date).Needed(),
		r.instant("until", "The end of that period; by default, it has none.", &a.Until),
		draftField("Not ready: in no output."),
		config.Aliases(&r.Decoder, "Former URLs, which redirect to the overview.", &a.Aliases),
	}
}

func (r *reader) pageFields(p *Page) []frontmatter.Field {
	return []frontmatter.Field{
		r.title("The heading, and the entry in the navigation.", &p.Title).Needed(),
		draftField("Not ready: in no output."),
		config.Aliases(&r.Decoder, "Former URLs, which redirect to this one.", &p.Aliases),
	}
}

func (r *reader) translationFields(t *incident.Translation) []frontmatter.Field {
	return []frontmatter.Field{
		r.title("The title in this language.", &t.Title),
		r.text("impact", "What is affected, in this language.", &t.Impact),
		frontmatter.Key("eta", "When service will be restored, in words. Write a time into the original, where it applies to all languages.", frontmatter.Words(), func(n *frontmatter.Node) {
			if text, ok := r.Text(n); ok && frontmatter.LooksLikeDate(text) {
				r.Report(diag.BadDate, n, "write a time into the original, where it applies to all languages", "%q is not in words", text)
			} else if ok {
				t.ETA = strings.TrimSpace(text)
			}
		}),
		draftField("Not ready: the original is shown instead."),
		r.instant("amended", "When this text was corrected.", &t.Amended),
	}
}

func (r *reader) title(help string, to *string) frontmatter.Field {
	values := frontmatter.Scalar()
	values.MaxLength = MaxTitleLength
	return frontmatter.Key("title", help, values, frontmatter.Set(to, func(n *frontmatter.Node) (string, bool) {
		text, ok := r.Line(n)
		if len(text) > MaxTitleLength {
			r.Report(diag.BadNumber, n, "move the rest into the text", "a title of %d bytes, more than %d", len(text), MaxTitleLength)
			text = strings.ToValidUTF8(text[:MaxTitleLength], "")
		}
		return text, ok
	}))
}

func (r *reader) text(key, help string, to *string) frontmatter.Field {
	return frontmatter.Key(key, help, frontmatter.Scalar(), frontmatter.Set(to, r.Line))
}

func (r *reader) instant(key, help string, to *time.Time) frontmatter.Field {
	return frontmatter.Key(key, help, frontmatter.Form(frontmatter.InstantForm), frontmatter.Set(to, r.Instant))
}

func draftField(help string) frontmatter.Field {
	return frontmatter.Key("draft", help, frontmatter.Boolean(), elsewhere)
}

func (r *reader) statusField(help string, among []incident.Status, to *incident.Status) frontmatter.Field {
	names := incident.Names(among)
	return frontmatter.Key("status", help, frontmatter.OneOf(names...), func(n *frontmatter.Node) {
		*to, _ = incident.ParseStatus(r.oneOf(n, diag.UnknownStatus, "unknown status %q", names...), among)
	})
}

var severities = frontmatter.OneOf(incident.Names(incident.Severities[:])...)

func (r *reader) componentID() frontmatter.Schema {
	if len(r.config.Components) == 0 {
		return frontmatter.Scalar()
	}
	return frontmatter.OneOf(r.config.ComponentIDs()...)
}
