package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/source/config"
)

// Recipient is an entry of [[notify]] with the values of its environment variables.
type Recipient struct {
	config.Notify
	URL    string   // where messages go; for smtp, the server
	Secret string   // a webhook's signing key, or listmonk's "user:token"
	Emails []string // the recipients of the form smtp
}

// Resolve reads the environment variables that an entry of config.toml names. The error names a
// variable, never its value, and has a hint. It also returns the values, which must appear in no
// output.
func Resolve(n config.Notify, getenv func(string) string) (r Recipient, secrets []string, err error) {
	r = Recipient{Notify: n, URL: n.To}
	for _, v := range []struct {
		name, what string
		to         *string
	}{{n.To, "where messages go", &r.URL}, {n.Secret, "the secret", &r.Secret}} {
		if v.name == "" || config.Sendable(v.name) {
			continue
		}
		if *v.to = getenv(v.name); *v.to == "" {
			return r, secrets, diag.Hinted(fmt.Errorf("%s is not set", v.name), fmt.Sprintf("export %s=... (%s); in a workflow take it from secrets", v.name, v.what))
		}
		secrets = append(secrets, *v.to)
	}
	if n.Form == "smtp" {
		if r.Emails, err = addresses(r.URL); err == nil {
			secrets = append(secrets, r.Emails...)
			r.URL = r.Secret
			_, err = server(r.URL)
		}
		if err != nil {
			err = diag.Hinted(fmt.Errorf("%s and %s: %w", n.To, n.Secret, err), "write addresses separated by commas into the first, and a URL like smtps://user:password@mail.example.com into the second")
		}
		return r, secrets, err
	}
	if n.Form == "webhook" {
		if _, err = signingKey(r.Secret); err != nil {
			return r, secrets, diag.Hinted(fmt.Errorf("%s: %w", n.Secret, err), `make one with echo "whsec_$(openssl rand -base64 32)"`)
		}
	}
	if !config.Sendable(r.URL) {
		err = diag.Hinted(fmt.Errorf("%s is not an https URL without a password", n.To), "copy the URL again from where it was created")
	}
	return r, secrets, err
}

// Wants reports whether a recipient is told of an update. All severities that the incident has had
// count, so that whoever heard of it also hears of its end.
func (r Recipient) Wants(u Update) bool {
	if len(r.Events) > 0 && !slices.Contains(r.Events, u.Event) {
		return false
	}
	if len(r.Components) > 0 && !slices.ContainsFunc(u.Components, func(c string) bool { return slices.Contains(r.Components, c) }) {
		return false
	}
	if r.Email() {
		switch {
		case u.Email == incident.Yes:
			return true
		case u.Email == incident.No:
			return false
		case len(r.Severities) == 0 && len(r.Events) == 0: // by the runbook, if the impact is significant
			return u.Breach || slices.ContainsFunc(u.Had, incident.Severity.Urgent)
		}
	}
	return r.covers(u.Had...)
}

func (r Recipient) covers(severities ...incident.Severity) bool {
	return len(r.Severities) == 0 || slices.ContainsFunc(severities, func(s incident.Severity) bool { return slices.Contains(r.Severities, s) })
}

// body returns what a recipient is sent about an update: JSON or, for smtp, an e-mail to nobody.
func (r Recipient) body(u Update) ([]byte, error) {
	switch m := u.message(r.Language); r.Form {
	case "slack":
		return message.Slack(m)
	case "discord":
		return message.Discord(m)
	case "teams":
		return message.Teams(m)
	case "listmonk":
		return message.Listmonk(m, r.Lists, r.From)
	case "smtp":
		var out bytes.Buffer
		msg, err := r.mail(m, "recipient@example.com")
		if err == nil {
			_, err = msg.WriteTo(&out)
		}
		return out.Bytes(), err
	default:
		return webhookBody(u, m)
	}
}

// Preview returns what a recipient is sent about an update, for people to read.
func (r Recipient) Preview(u Update) (string, error) {
	body, err := r.body(u)
	var pretty bytes.Buffer
	if json.Indent(&pretty, body, "", "  ") != nil { // e-mail
		return string(body), err
	}
	return pretty.String(), err
}

// sender returns a function that sends an update. It may be called again after an error.
func (r Recipient) sender(ctx context.Context, client *http.Client, u Update, now func() time.Time) (func() error, error) {
	if r.Form == "smtp" {
		return r.mailer(ctx, u.message(r.Language))
	}
	body, err := r.body(u)
	if err != nil {
		return nil, err
	}
	var prepare func(*http.Request)
	switch r.Form {
	case "listmonk":
		return func() error { return r.sendCampaign(ctx, client, u.FeedID, body) }, nil
	case "webhook":
		key, err := signingKey(r.Secret)
		if err != nil {
			return nil, err
		}
		prepare = func(request *http.Request) { sign(request, key, u.FeedID, now(), body) }
	}
	return func() error {
		_, err := exchange(ctx, client, http.MethodPost, r.URL, body, prepare)
		return err
	}, nil
}
