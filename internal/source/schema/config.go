package schema

import (
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
)

func (w writer) config() Node {
	w.toml = true
	id := func(of string) Key {
		return w.form("id", "Lower-case letters and digits with . _ - between them. "+of, idForm)
	}
	return Node{
		Title:       "The configuration of a status page",
		Description: "config.toml, in the folder of the site.",
		Keys: []Key{
			w.words("title", "The name of the page."),
			w.form("base_url", "Where the site will live, absolute.", addressForm),
			w.text("description", "One line, for search engines and feeds."),
			w.form("timezone", "IANA name of the zone in which days begin and times are shown, such as Europe/Berlin.", zoneForm),
			w.form("language", "BCP 47 tag of what the updates are written in.", languageForm),
			w.list("languages", "All languages of the site, for translations.", Node{Type: []string{"string"}, Pattern: languageForm}),
			w.text("theme", "default, or the name of a folder in themes/."),
			w.table("brand", "Changes the looks of the theme.",
				w.form("colour", "The accent, such as #0b5fff.", colourForm),
				w.text("logo", "Name of a file in the assets of the theme."),
				w.text("icon", "Name of a file in the assets of the theme."),
				w.table("conditions", "A colour for each condition.", each(conditions(), func(condition string) Key {
					return w.form(condition, "The colour of "+condition+", such as #b00020.", colourForm)
				})...)),
			w.table("labels", "Words for severities on the pages.", each(severities(), func(severity string) Key {
				return w.text(severity, "What pages call a "+severity+". Left out: the language's own word.")
			})...),
			w.tables("groups", "Headings that gather components, in the order in which they are shown.", "id",
				id("Components name it."),
				w.text("name", "The heading. Left out: the id."),
				w.text("description", "A line below the heading."),
				w.yes("collapse", "Collapse the group on the overview while all of it is operational. Left out: with more than 12 components on the page.")),
			w.tables("components", "Parts of the platform that have a condition of their own, in the order in which they are shown.", "id",
				id("Updates name it, and it is the component's address, forever."),
				w.text("name", "The name that people know it by. Left out: the id."),
				w.text("group", "The id of a group."),
				w.text("description", "What it is, in a line."),
				w.form("start_date", "The first day that counts for uptime, such as 2025-01-31. Left out: from the beginning.", dayForm),
				w.aliases("Former addresses, which lead to the present one.")),
			w.tables("links", "Entries of the navigation.", "",
				w.text("name", "What it says. Left out: the address."),
				w.form("url", "An absolute address, or a path below the site such as /about/.", `^(https?://[^/]+.*|/([^/].*)?)$`)),
			w.subscribe(),
			w.yes("promises", "Publish /promises/: how often updates were on time, and how fast incidents were resolved."),
			w.table("severity", "The rules of a severity, where they differ from the runbook's.", each(severities(), w.severity)...),
			w.rules(),
			w.table("uptime", "Which share of the time in a condition counts as down.",
				w.share("degraded_performance", "Share of 1, by default 0."),
				w.share("partial_outage", "Share of 1, by default 0.3."),
				w.share("major_outage", "Share of 1, by default 1.")),
			w.table("feeds", "What is syndicated.",
				w.text("host", "The host in the ids of feed items. Set it when the page moves, and no reader shows old items as new."),
				w.form("hub", "The address of a WebSub hub.", addressForm),
				w.yes("cstate", "Keep the feeds of a former cState site."),
				w.whole("entries", "How many entries a feed holds, the newest; /feed.atom has archives besides. By default 50.", 1, 500)),
			w.security(),
			w.notify(), w.webhooks(),
			w.table("publish", "How crier publish publishes.",
				w.list("to", "Where to, such as dir:/srv/status.", scalar()),
				w.form("cname", "Your domain, for GitHub Pages.", hostForm)),
		},
		Required: []string{"title"},
	}
}

func (w writer) severity(name string) Key {
	var keys []Key
	for _, rule := range policy.Table {
		keys = append(keys, numbers(w, rule.Severity)...)
	}
	return w.table(name, "The rules of "+name+".", keys...)
}

// numbers returns the keys that set the durations of a rule.
func numbers[Of any](w writer, list []policy.Number[Of]) []Key {
	var keys []Key
	for _, n := range list {
		key := w.duration(n.Key, n.Help)
		if n.Immediately {
			key = Key{n.Key, Node{Description: n.Help, AnyOf: []Node{{Enum: []any{"immediately"}}, {Type: []string{"string"}, Pattern: durationForm}}}}
		}
		keys = append(keys, key)
	}
	return keys
}

func (w writer) rules() Key {
	keys := []Key{
		w.duration("tolerance", "How far ahead of now a date may lie and still count as come, at most 1h; by default 5m."),
		Key{"since", Node{Description: "Incidents that began before this day or time have no deadlines.",
			AnyOf: []Node{{Type: []string{"string"}, Pattern: dayForm}, {Type: []string{"string"}, Pattern: instantForm}}}},
	}
	for _, rule := range policy.Table {
		keys = append(keys, numbers(w, rule.All)...)
	}
	keys = append(keys, w.table("update_every", "How often an open incident owes an update.", each(severities(), func(severity string) Key {
		return w.duration(severity, "How often an open "+severity+" owes an update, such as 30m.")
	})...))
	return w.table("rules", "Rules that no severity has of its own.", keys...)
}

func (w writer) security() Key {
	key := w.table("security", "What /.well-known/security.txt says (RFC 9116).",
		w.list("contact", "Where to report vulnerabilities, best first.", Node{Type: []string{"string"}, Pattern: `^(https|mailto|tel):[^ \n]+$`}),
		w.form("expires", "The day until which this holds, at most a year ahead.", dayForm),
		w.form("policy", "The address of your policy.", addressForm),
		w.form("acknowledgments", "The address of your thanks.", addressForm),
		w.form("encryption", "The address of your key.", addressForm),
		w.list("preferred_languages", "Languages that you understand.", Node{Type: []string{"string"}, Pattern: languageForm}))
	key.Required = []string{"contact", "expires"}
	return key
}

func (w writer) notify() Key {
	one := 1.0
	key := w.tables("notify", "Who is told of updates once they are live.", "",
		needed(w.form("name", "Identifies the recipient in the publish record, so it never changes. Lower-case letters and digits with . _ - between them.", idForm)),
		needed(w.word("form", "How the recipient is told.", config.Forms...)),
		needed(w.form("to", "An https URL, or the name of the environment variable that holds it; for smtp, of the one that holds the addresses.", `^(CRIER_[A-Z0-9_]+|https?://.+)$`)),
		w.form("secret", "The name of the environment variable that holds the secret, never the secret itself.", `^CRIER_[A-Z0-9_]+$`),
		w.form("from", "The sender of e-mails.", `^[^<>@:"]+@[^<>@: ]+$|^[^<>@:"]* ?<[^<>@: ]+@[^<>@: ]+>$`),
		w.list("lists", "The ids of listmonk's lists.", Node{Type: []string{"integer"}, Minimum: &one}),
		w.list("severities", "Only incidents of these severities.", Node{Enum: enum(severities())}),
		w.list("components", "Only updates that affect one of these components.", Node{Type: []string{"string"}}),
		w.list("events", "Only updates of these kinds.", Node{Enum: enum(config.Events)}),
		w.form("language", "The language of the messages.", languageForm),
		w.form("remind", "How long after the last message a chat is reminded of an open incident.", durationForm))
	key.Items.Required = []string{"name", "form", "to"}
	return key
}

func (w writer) subscribe() Key {
	values := w.list("", "", scalar()).Node
	key := w.table("subscribe", "The form with which readers join a mailing list.",
		needed(w.form("action", "The URL of the list's provider that the form posts to, absolute, https.", `^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#].*)?$`)),
		w.words("field", "The name of the provider's field for the address. Left out: email."),
		Key{"hidden", Node{Description: "Fields that are sent unseen, such as the list to join. One with a list is sent once for each value.", Type: w.types("object"), Values: &values}})
	key.Required = []string{"action"}
	return key
}

func (w writer) webhooks() Key {
	key := w.tables("webhooks", "The former way to write recipients of the form webhook.", "",
		needed(w.form("name", "Under it the publish record keeps what was told: permanent. Lower-case letters and digits with . _ - between them.", idForm)),
		needed(w.form("url", "The address that is told, absolute, without a password.", `^https?://[^/?#@]+([/?#].*)?$`)),
		needed(w.form("secret_env", "The name of the environment variable that holds the secret, never the secret itself.", `^[A-Za-z_][A-Za-z0-9_]*$`)))
	key.Items.Required = []string{"name", "url", "secret_env"}
	return key
}

func (w writer) share(name, description string) Key {
	least, most := 0.0, 1.0
	return Key{name, Node{Description: description, Type: w.types("number"), Minimum: &least, Maximum: &most}}
}

func (w writer) whole(name, description string, least, most float64) Key {
	return Key{name, Node{Description: description, Type: w.types("integer"), Minimum: &least, Maximum: &most}}
}

// conditions returns the names of all conditions of a component, best first.
func conditions() []string {
	var words []string
	for c := incident.Operational; c <= incident.MajorOutage; c++ {
		words = append(words, c.String())
	}
	return words
}
