package config

import (
	"fmt"
	"math"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/frontmatter"
)

// Notify is a recipient of updates, told of each one once it is live.
type Notify struct {
	Name string // unique and permanent: identifies the recipient in the publish record
	Form string // one of Forms
	// To is where messages go: a URL, or the name of the environment variable that holds it. For
	// smtp it is always the name of the variable that holds the addresses.
	To     string
	Secret string // environment variable: a webhook's signing key, listmonk's "user:token", the SMTP server's URL
	From   string // sender of e-mails
	Lists  []int  // ids of listmonk's lists

	// A recipient gets the updates that match all of these; an empty one matches everything.
	Severities []incident.Severity
	Components []string
	Events     []string // of Events

	Language string        // of messages; "" for the site's
	Remind   time.Duration // time between reminders while an incident is open; 0: none
	At       diag.Position
}

// Email reports whether the recipient gets e-mail.
func (n Notify) Email() bool { return n.Form == "listmonk" || n.Form == "smtp" }

// EmailRecipients returns the names of the recipients that get e-mail.
func (c *Config) EmailRecipients() (names []string) {
	for _, n := range c.Notify {
		if n.Email() {
			names = append(names, n.Name)
		}
	}
	return names
}

// Forms are the kinds of recipients.
var Forms = []string{"webhook", "slack", "discord", "teams", "listmonk", "smtp"}

// Events are what an update can be to a recipient.
var Events = []string{"opened", "updated", "resolved", "maintenance", "announcement"}

var (
	variableForm = regexp.MustCompile(`^CRIER_[A-Z0-9_]+$`)
	formerForm   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) // of the variables of [[webhooks]]
)

// MinRemind is the shortest time between reminders.
const MinRemind = time.Minute

// notify reads the entries of [[notify]].
func (p *parser) notify() frontmatter.Field {
	var e Notify
	var affected []*frontmatter.Node
	severities := incident.Names(incident.Severities[:])
	return p.tables("notify", "Recipients that are notified of updates once they are live.", "recipient", []frontmatter.Field{
		p.recipient(&e.Name),
		frontmatter.Key("form", "How the recipient is notified.", frontmatter.OneOf(Forms...), frontmatter.Set(&e.Form, p.oneOf("form", Forms))).Needed(),
		key("to", "An https URL, or the name of the environment variable that holds it; for smtp, of the one that holds the addresses.", `^(CRIER_[A-Z0-9_]+|https?://.+)$`, p.destination(&e.To, true)).Needed(),
		p.variable("secret", "The name of the environment variable that holds the secret, never the secret itself.", &e.Secret, variableForm, "CRIER_STATUS_SECRET"),
		key("from", "The sender of e-mails.", `^[^<>@:"]+@[^<>@: ]+$|^[^<>@:"]* ?<[^<>@: ]+@[^<>@: ]+>$`, func(n *frontmatter.Node) {
			text, ok := p.Text(n)
			if _, err := mail.ParseAddress(text); ok && err != nil {
				p.Report(diag.WrongType, n, `write it like "Example Status <status@example.com>"`, "%q is not a sender", text)
			} else if ok {
				e.From = text
			}
		}),
		frontmatter.Key("lists", "The ids of listmonk's lists.", frontmatter.ListOf(frontmatter.Range("integer", 1, math.MaxInt32)), frontmatter.Append(&p.Decoder, &e.Lists, func(n *frontmatter.Node) (int, bool) {
			id, ok := p.Number(n)
			if ok && (id < 1 || id > math.MaxInt32 || id != math.Trunc(id)) {
				p.Report(diag.WrongType, n, "write the numbers that listmonk shows, such as [3]", "not the id of a list")
				return 0, false
			}
			return int(id), ok
		})),
		frontmatter.Key("severities", "Only incidents of these severities.", frontmatter.ListOf(frontmatter.OneOf(severities...)), frontmatter.Append(&p.Decoder, &e.Severities, func(n *frontmatter.Node) (incident.Severity, bool) {
			s, ok := incident.ParseSeverity(n.Text)
			if !ok {
				p.Report(diag.UnknownSeverity, n, "valid values: "+strings.Join(severities, ", "), "unknown severity %q", n.Text)
			}
			return s, ok
		})),
		p.list("components", "Only updates that affect one of these components.", "", &e.Components, func(n *frontmatter.Node) (string, bool) {
			affected = append(affected, n)
			return n.Text, true
		}),
		frontmatter.Key("events", "Only updates of these kinds.", frontmatter.ListOf(frontmatter.OneOf(Events...)), frontmatter.Append(&p.Decoder, &e.Events, p.oneOf("event", Events))),
		key("language", "The language of the messages.", languageForm, frontmatter.Set(&e.Language, p.language)),
		key("remind", "How long after the last message a chat is reminded of an open incident.", frontmatter.DurationForm, func(n *frontmatter.Node) {
			if d, ok := p.Duration(n); ok && d < MinRemind {
				p.Report(diag.WrongType, n, `write a duration of a minute or more, such as "15m"`, "reminders can't be that frequent")
			} else if ok {
				e.Remind = d
			}
		}),
	}, func(n *frontmatter.Node, clean bool) {
		for _, named := range take(&affected) { // the recipient still gets updates of the others
			if _, known := p.config.Component(named.Text); !known {
				p.Report(diag.UnknownComponent, named, diag.DidYouMean(named.Text, p.config.ComponentIDs()), "unknown component %q", named.Text)
			}
		}
		if e := take(&e); clean {
			p.addNotify(n, e, append([]string{"name", "form", "to"}, needed[e.Form]...)...)
		}
	})
}

// needed lists the keys that some forms can't do without.
var needed = map[string][]string{"webhook": {"secret"}, "listmonk": {"secret", "lists"}, "smtp": {"secret", "from"}}

// webhooks reads the entries of [[webhooks]], the former way to write recipients of the form
// webhook.
func (p *parser) webhooks() frontmatter.Field {
	var e Notify
	return p.tables("webhooks", "The former way to write recipients of the form webhook.", "webhook", []frontmatter.Field{
		p.recipient(&e.Name),
		key("url", "The URL to notify, absolute, without a password.", `^https?://[^/?#@]+([/?#].*)?$`, p.destination(&e.To, false)).Needed(),
		p.variable("secret_env", "The name of the environment variable that holds the secret, never the secret itself.", &e.Secret, formerForm, "STATUS_WEBHOOK_SECRET").Needed(),
	}, func(n *frontmatter.Node, clean bool) {
		e := take(&e)
		if e.Form = "webhook"; clean {
			p.addNotify(n, e, "name", "url", "secret_env")
		}
	})
}

// addNotify adds a recipient if it has the keys that it needs.
func (p *parser) addNotify(n *frontmatter.Node, e Notify, keys ...string) {
	e.At = p.At(n)
	for _, key := range keys {
		if value := n.Lookup(key); value == nil || value.Kind == frontmatter.List && len(value.Items) == 0 {
			example := map[string]string{
				"name": `"incidents"`, "form": `"slack"; valid values: ` + strings.Join(Forms, ", "), "to": `"CRIER_SLACK_URL"`, "secret": `"CRIER_STATUS_SECRET"`,
				"lists": "[3]", "from": `"Example Status <status@example.com>"`, "url": `"https://example.com/hooks/status"`, "secret_env": `"STATUS_WEBHOOK_SECRET"`,
			}
			p.Report(diag.MissingKey, n, "write "+key+" = "+example[key], "a recipient without %s", key)
			return
		}
	}
	switch {
	case e.Form == "smtp" && !variableForm.MatchString(e.To):
		p.Report(diag.BadID, n, `write to = "CRIER_CUSTOMERS" and put the addresses, separated by commas, into that variable`, "addresses don't belong in a file")
	case e.Remind > 0 && !slices.Contains([]string{"slack", "discord", "teams"}, e.Form):
		p.Report(diag.WrongType, n, "delete remind, or write a second entry for a chat", "only chats are reminded")
	default:
		if languages := p.languages(); e.Language != "" && !slices.Contains(languages, e.Language) {
			p.Report(diag.UnknownLanguage, n, diag.DidYouMean(e.Language, languages), "the site has no language %q", e.Language)
			e.Language = ""
		}
		p.config.Notify = append(p.config.Notify, e)
	}
}

// recipient reads the name of a recipient.
func (p *parser) recipient(to *string) frontmatter.Field {
	return p.id("name", "Identifies the recipient in the publish record: permanent.", to, func(name string) bool {
		return slices.ContainsFunc(p.config.Notify, func(other Notify) bool { return other.Name == name })
	})
}

// oneOf reads one of several words.
func (p *parser) oneOf(what string, words []string) func(*frontmatter.Node) (string, bool) {
	return func(n *frontmatter.Node) (string, bool) {
		text, ok := p.Text(n)
		word := strings.ToLower(text)
		if ok && !slices.Contains(words, word) {
			p.Report(diag.WrongType, n, "valid values: "+strings.Join(words, ", "), "unknown %s %q", what, text)
			return "", false
		}
		return word, ok
	}
}

// variable reads the name of an environment variable. It never repeats what it refuses, which may
// be the secret itself.
func (p *parser) variable(name, help string, to *string, form *regexp.Regexp, example string) frontmatter.Field {
	return key(name, help, form.String(), p.matching(to, form, diag.BadID, fmt.Sprintf("write the name of the variable, such as %q, never the secret itself", example), "not the name of an environment variable"))
}

// destination reads a URL or, if allowed, the name of the variable that holds it.
func (p *parser) destination(to *string, variable bool) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		text, ok := p.Text(n)
		if ok && !(variable && variableForm.MatchString(text)) && !Sendable(text) {
			p.Report(diag.BadURL, n, `write it like "https://example.com/hooks/status"; if it is secret, put it into a variable and write its name, such as "CRIER_SLACK_URL"`, "not an https URL")
		} else if ok {
			*to = text
		}
	}
}

// Sendable reports whether messages can be sent to a URL: https, or http on this machine, without a
// password.
func Sendable(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return false
	}
	ip, _ := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && local
}
