package config

import (
	"fmt"
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

// notify reads an entry of [[notify]].
func (p *parser) notify(n *frontmatter.Node) {
	e := Notify{At: p.At(n)}
	before := len(p.Findings)
	p.Fields(n, "a recipient ([[notify]])", []frontmatter.Field{
		{Key: "name", Decode: p.recipient(&e.Name)},
		{Key: "form", Decode: p.oneOf(&e.Form, "form", Forms)},
		{Key: "to", Decode: p.destination(&e.To, true)},
		{Key: "secret", Decode: p.variable(&e.Secret, variableForm, "CRIER_STATUS_SECRET")},
		{Key: "from", Decode: func(n *frontmatter.Node) {
			text, ok := p.Text(n)
			if _, err := mail.ParseAddress(text); ok && err != nil {
				p.Report(diag.WrongType, n, `write it like "Example Status <status@example.com>"`, "%q is not a sender", text)
			} else if ok {
				e.From = text
			}
		}},
		{Key: "lists", Decode: func(n *frontmatter.Node) {
			items := []*frontmatter.Node{n}
			if n.Kind == frontmatter.List {
				items = n.Items
			}
			for _, item := range items {
				if id, ok := p.Number(item); ok && id >= 1 && id == float64(int(id)) {
					e.Lists = append(e.Lists, int(id))
				} else if ok {
					p.Report(diag.WrongType, item, "write the numbers that listmonk shows, such as [3]", "that is not the id of a list")
				}
			}
		}},
		{Key: "severities", Decode: func(n *frontmatter.Node) {
			texts, _ := p.Texts(n)
			for _, text := range texts {
				s, ok := incident.ParseSeverity(text.Text)
				if !ok {
					p.Report(diag.UnknownSeverity, text, "valid values: P0, P1, P2, P3", "unknown severity %q", text.Text)
					continue
				}
				e.Severities = append(e.Severities, s)
			}
		}},
		{Key: "components", Decode: func(n *frontmatter.Node) {
			texts, _ := p.Texts(n)
			for _, text := range texts {
				e.Components = append(e.Components, text.Text)
				p.named = append(p.named, text)
			}
		}},
		{Key: "events", Decode: func(n *frontmatter.Node) {
			texts, _ := p.Texts(n)
			for _, text := range texts {
				var event string
				if p.oneOf(&event, "event", Events)(text); event != "" {
					e.Events = append(e.Events, event)
				}
			}
		}},
		{Key: "language", Decode: func(n *frontmatter.Node) { e.Language, _ = p.language(n) }},
		{Key: "remind", Decode: func(n *frontmatter.Node) {
			if d, ok := p.Duration(n); ok && d < MinRemind {
				p.Report(diag.WrongType, n, `write a duration of a minute or more, such as "15m"`, "reminders can't be that frequent")
			} else if ok {
				e.Remind = d
			}
		}},
	})
	if len(p.Findings) > before {
		return
	}
	if e.Form == "" {
		p.Report(diag.MissingKey, n, `write form = "slack"; valid values: `+strings.Join(Forms, ", "), "a recipient without form")
		return
	}
	needs := map[string][]needed{
		"webhook":  {{"secret", e.Secret, `secret = "CRIER_STATUS_SECRET"`}},
		"listmonk": {{"secret", e.Secret, `secret = "CRIER_LISTMONK_TOKEN"`}, {"lists", fmt.Sprint(len(e.Lists) > 0), "lists = [3]"}},
		"smtp":     {{"secret", e.Secret, `secret = "CRIER_SMTP_URL"`}, {"from", e.From, `from = "Example Status <status@example.com>"`}},
	}
	p.addNotify(n, e, append([]needed{{"name", e.Name, `name = "incidents"`}, {"to", e.To, `to = "CRIER_SLACK_URL"`}}, needs[e.Form]...))
}

// webhook reads an entry of [[webhooks]], the former way to write a recipient of the form webhook.
func (p *parser) webhook(n *frontmatter.Node) {
	e := Notify{Form: "webhook", At: p.At(n)}
	before := len(p.Findings)
	p.Fields(n, "a webhook", []frontmatter.Field{
		{Key: "name", Decode: p.recipient(&e.Name)},
		{Key: "url", Decode: p.destination(&e.To, false)},
		{Key: "secret_env", Decode: p.variable(&e.Secret, formerForm, "STATUS_WEBHOOK_SECRET")},
	})
	if len(p.Findings) == before {
		p.addNotify(n, e, []needed{{"name", e.Name, `name = "pager"`}, {"url", e.To, `url = "https://example.com/hooks/status"`}, {"secret_env", e.Secret, `secret_env = "STATUS_WEBHOOK_SECRET"`}})
	}
}

// needed is a key that a recipient can't do without.
type needed struct{ key, value, example string }

func (p *parser) addNotify(n *frontmatter.Node, e Notify, keys []needed) {
	for _, k := range keys {
		if k.value == "" || k.value == "false" {
			what := "a recipient of the form " + e.Form
			if e.Form == "webhook" && keys[1].key == "url" {
				what = "a webhook"
			}
			p.Report(diag.MissingKey, n, "write "+k.example, "%s without %s", what, k.key)
			return
		}
	}
	switch {
	case e.Form == "smtp" && !variableForm.MatchString(e.To):
		p.Report(diag.BadID, n, `write to = "CRIER_CUSTOMERS" and put the addresses, separated by commas, into that variable`, "addresses don't belong in a file")
	case e.Remind > 0 && !slices.Contains([]string{"slack", "discord", "teams"}, e.Form):
		p.Report(diag.WrongType, n, "delete remind, or write a second entry for a chat", "only chats are reminded")
	default:
		p.config.Notify = append(p.config.Notify, e)
	}
}

// finishNotify checks the components and languages that recipients name.
func (p *parser) finishNotify() {
	var ids []string
	for _, c := range p.config.Components {
		ids = append(ids, c.ID)
	}
	for _, n := range p.named {
		if !slices.Contains(ids, n.Text) {
			p.Report(diag.UnknownComponent, n, diag.DidYouMean(n.Text, ids), "unknown component %q", n.Text)
		}
	}
	for i := range p.config.Notify {
		e := &p.config.Notify[i]
		if e.Language != "" && !slices.Contains(p.config.Languages, e.Language) {
			p.Findings = append(p.Findings, diag.UnknownLanguage.New(e.At, diag.DidYouMean(e.Language, p.config.Languages), "the site has no language %q", e.Language))
			e.Language = ""
		}
	}
}

// recipient reads the name of a recipient.
func (p *parser) recipient(to *string) func(*frontmatter.Node) {
	return p.id(to, func(name string) bool {
		return slices.ContainsFunc(p.config.Notify, func(other Notify) bool { return other.Name == name })
	})
}

// oneOf reads one of several words.
func (p *parser) oneOf(to *string, what string, words []string) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		text, ok := p.Text(n)
		if word := strings.ToLower(text); ok && !slices.Contains(words, word) {
			p.Report(diag.WrongType, n, "valid values: "+strings.Join(words, ", "), "unknown %s %q", what, text)
		} else if ok {
			*to = word
		}
	}
}

// variable reads the name of an environment variable. It never repeats what it refuses, which may
// be the secret itself.
func (p *parser) variable(to *string, form *regexp.Regexp, example string) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		if text, ok := p.Text(n); ok && !form.MatchString(text) {
			p.Report(diag.BadID, n, fmt.Sprintf("write the name of the variable, such as %q, never the secret itself", example), "that is not the name of an environment variable")
		} else if ok {
			*to = text
		}
	}
}

// destination reads a URL or, if allowed, the name of the variable that holds it.
func (p *parser) destination(to *string, variable bool) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		text, ok := p.Text(n)
		if ok && !(variable && variableForm.MatchString(text)) && !Sendable(text) {
			p.Report(diag.BadURL, n, `write it like "https://example.com/hooks/status"; if it is secret, put it into a variable and write its name, such as "CRIER_SLACK_URL"`, "that is not an https URL")
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
