package schema

import (
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/content"
)

func (w writer) incident() Node {
	return Node{
		Title:       "An update of an incident",
		Description: "Front matter of content/incidents/**/NAME/*.md. The first update needs a title and a severity; what a later one leaves out stays as it is.",
		Keys:        w.incidentKeys(true),
		Required:    []string{"status"},
	}
}

func (w writer) template() Node {
	return Node{
		Title:       "A starting point for an incident",
		Description: "Front matter of content/templates/NAME.md, for crier new --template NAME.",
		Keys:        append(w.incidentKeys(false), w.text("description", "What the template is for, for those who choose one.")),
	}
}

// incidentKeys returns the keys of an update. If published is set, the status may not be null.
func (w writer) incidentKeys(published bool) []Key {
	status := w.word("status", "Where the incident stands.", names(incident.IncidentStatuses[:])...)
	if published {
		status = needed(status)
	}
	return append([]Key{
		w.title("title", "A brief description of what is wrong. Needed in the first update; a later one may rename the incident.", content.MaxTitleLength),
		w.word("severity", "P0 critical, P1 high, P2 medium, P3 low. Needed in the first update; a later one may change it.", severities()...),
		status,
	}, append(w.commonKeys(w.components("The affected components: a list, whose conditions follow the severity, or a map of conditions. What it leaves out works again.", true)),
		w.instant("detected", "When it was first noticed, in the first update; not after its date. Deadlines run from here."),
		w.instant("acknowledged", "When someone took it on."),
		w.word("security", "What the security incident is: an incident, or a breach, whose customers are notified within 72 hours. In no output.", "incident", "breach"),
		w.yes("data_loss", "Data was lost: the lead is told. In no output."),
		w.yes("email", "Whether to send this update by e-mail; by default P0, P1 and breaches are. In no output."),
		w.list("escalate", "Whom somebody must tell, beyond what follows from severity and time. In no output.", Node{Enum: enum(policy.Parties[:])}),
		w.table("escalated", "When each was told, such as {lead: 2026-10-02T10:30:00Z}. In no output.", each(policy.Parties[:], func(party string) Key {
			return w.instant(party, "When the "+party+" was told.")
		})...),
		w.instant("notified", "When customers were notified of a breach. In no output."),
		w.waive(),
	)...)
}

// commonKeys returns the keys that updates of incidents and maintenance share.
func (w writer) commonKeys(components Key) []Key {
	return []Key{
		w.instant("date", "When this was true, such as 2026-10-02T10:04:00Z. Left out: when the file came to the branch."),
		components,
		w.text("impact", "What is affected, in a line."),
		w.eta(),
		w.yes("draft", "Not ready: in no output at all."),
		w.hold(),
		w.instant("amended", "When this text was corrected."),
		w.aliases("Former addresses, which lead to the present one."),
	}
}

func (w writer) maintenance() Node {
	return Node{
		Title:       "An update of planned work",
		Description: "Front matter of content/maintenance/**/NAME/*.md. The first update needs a title and the window.",
		Keys: append([]Key{
			w.title("title", "What the work is. Needed in the first update.", content.MaxTitleLength),
			needed(w.word("status", "Where the work stands. The clock moves it to in_progress and completed by itself.", names(incident.MaintenanceStatuses[:])...)),
			w.instant("starts", "When the window begins. Needed in the first update; a later one may move it."),
			w.instant("ends", "When the window ends. Needed in the first update; a later one may move it."),
		}, w.commonKeys(w.components("The components that are under maintenance inside the window.", false))...),
		Required: []string{"status"},
	}
}

func (w writer) postmortem() Node {
	return Node{
		Title:       "A post-mortem",
		Description: "Front matter of postmortem.md in the folder of an incident. No key is needed: what is left out follows from the updates.",
		Keys: []Key{
			w.title("title", "The heading.", content.MaxTitleLength),
			w.yes("draft", "Not ready: in no output, and the post-mortem is still owed."),
			w.yes("public", "Shown below the incident."),
			w.instant("meeting", "When the meeting was held."),
			w.instant("date", "The date of the document."),
			w.word("severity", "The severity, where it is not the highest of the updates.", severities()...),
			w.instant("started", "When it began, where the updates do not say it."),
			w.instant("ended", "When it ended, where the updates do not say it."),
			w.text("impact", "What was affected, in a line."),
			w.text("users_affected", "How many users were affected."),
			{"revenue_impact", Node{Description: "For those who read the file: in no output."}},
			w.text("data_loss", "What was lost, or none."),
			{"owners", Node{Description: "For those who read the file: in no output."}},
		},
	}
}

func (w writer) announcement() Node {
	return Node{
		Title:       "An announcement",
		Description: "Front matter of content/announcements/NAME.md.",
		Keys: []Key{
			needed(w.title("title", "What is announced.", content.MaxTitleLength)),
			needed(w.instant("date", "From when it is shown, such as 2026-10-02T10:04:00Z.")),
			w.instant("until", "Until when it is shown. Left out: without end."),
			w.yes("draft", "Not ready: in no output at all."),
			w.aliases("Former addresses, which lead to the overview."),
		},
		Required: []string{"title", "date"},
	}
}

func (w writer) page() Node {
	return Node{
		Title:       "A page of your own",
		Description: "Front matter of content/pages/PATH.md.",
		Keys: []Key{
			needed(w.title("title", "The heading, and the entry in the navigation.", content.MaxTitleLength)),
			w.yes("draft", "Not ready: in no output at all."),
			w.aliases("Former addresses, which lead to the present one."),
		},
		Required: []string{"title"},
	}
}

func (w writer) translation() Node {
	words := w.text("eta", "When things will be well again, in words. A time belongs in the original, where it serves all languages.")
	words.Not = &Node{Type: []string{"string"}, Pattern: looseForm}
	return Node{
		Title:       "A translation",
		Description: "Front matter of a file such as 01-investigating.de.md beside 01-investigating.md. What it leaves out is taken from the original.",
		Keys: []Key{
			w.title("title", "The title in this language.", content.MaxTitleLength),
			w.text("impact", "What is affected, in this language."),
			words,
			w.yes("draft", "Not ready: the original is shown instead."),
			w.instant("amended", "When this text was corrected."),
		},
	}
}

// components is a list of ids. If conditions is set, it may also be a map from ids to conditions.
func (w writer) components(description string, conditions bool) Key {
	id := scalar()
	if len(w.ids) > 0 {
		id = Node{Enum: enum(w.ids)}
	}
	key := w.list("components", description, id)
	if conditions {
		condition := Node{Description: "How the component is affected.", Enum: enum(names(incident.Conditions[:]))}
		table := Node{Type: []string{"object"}, Values: &condition}
		if len(w.ids) > 0 {
			table.Keys, table.Values = each(w.ids, func(id string) Key { return Key{id, condition} }), nil
		}
		key.AnyOf = append(key.AnyOf, table)
	}
	return key
}

func (w writer) eta() Key {
	words := scalar()
	words.Not = &Node{Type: []string{"string"}, Pattern: looseForm}
	return Key{"eta", Node{Description: "When things will be well again: a time, or words such as within the hour.",
		AnyOf: []Node{{Type: []string{"string"}, Pattern: instantForm}, words, {Type: []string{"null"}}}}}
}

func (w writer) hold() Key {
	return Key{"hold", Node{Description: "Keep it back: a duration after its date, such as 30m, or a time. Not for P0 and P1.",
		AnyOf: []Node{{Type: []string{"string"}, Pattern: durationForm}, {Type: []string{"string"}, Pattern: instantForm}, {Type: []string{"null"}}}}}
}

func (w writer) aliases(description string) Key {
	return w.list("aliases", description, Node{Type: []string{"string"}, Pattern: aliasForm})
}

func (w writer) waive() Key {
	return w.table("waive", `Rules that are set aside, each with its reason, such as {escalate: "drill"}. In no output.`, each(policy.Waivable(), func(rule string) Key {
		return Key{rule, Node{Description: "Why the rule is set aside.", Type: []string{"string", "number", "boolean"}, Pattern: `\S`}}
	})...)
}
