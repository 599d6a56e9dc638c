package message

import (
	"fmt"
	"html"
	"strings"
)

// Mail is what an e-mail says.
type Mail struct {
	Subject, Text, HTML string
}

// Email returns an e-mail of an update: a subject, and the same text twice, plain and as HTML. The
// HTML loads nothing, so it can't be used to track who reads it.
func Email(m Message) Mail {
	subject := cut(strings.Join(strings.Fields(m.Title), " "), titleLimit)
	// A zero-width space keeps "=?" from being read as an encoded word (RFC 2047).
	subject = strings.ReplaceAll(subject, "=?", "=\u200b?")
	return Mail{
		Subject: subject,
		Text:    m.Title + "\n\n" + strings.TrimSpace(m.Text) + "\n\n" + m.URL + "\n\n-- \n" + m.Page + "\n" + m.Home + "\n",
		HTML: `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>` + html.EscapeString(subject) + `</title></head>
<body style="margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere">
<div style="max-width:600px;margin:0 auto">
` + fragment(m) + `</div>
</body></html>
`,
	}
}

// fragment returns the body of an e-mail without the document around it.
func fragment(m Message) string {
	return fmt.Sprintf(`<h1 style="margin:0 0 16px;padding-left:12px;border-left:4px solid #%06x;font-size:24px;line-height:1.3"><a href="%s" style="color:inherit">%s</a></h1>
%s
<p style="margin:24px 0 0;font-size:14px"><a href="%s">%s</a></p>
`, m.Color, html.EscapeString(m.URL), html.EscapeString(m.Title), strings.ReplaceAll(strings.TrimSpace(m.HTML), "<pre>", `<pre style="white-space:pre-wrap">`), html.EscapeString(m.Home), html.EscapeString(m.Page))
}

// Listmonk returns the body of a request that creates a campaign
// (listmonk.app/docs/apis/campaigns). The update's id is its name, by which a repeat finds it.
// listmonk adds its own template around the text, with the link to unsubscribe, and runs all of it
// as a Go template.
func Listmonk(m Message, lists []int, from string) ([]byte, error) {
	mail := Email(m)
	campaign := object{
		"name": m.ID, "subject": literalText(mail.Subject), "lists": lists, "type": "regular", "tags": []string{"crier"},
		"content_type": "html", "body": literalHTML(fragment(m)), "altbody": literalText(mail.Text),
	}
	if from != "" {
		campaign["from_email"] = from
	}
	return encode(campaign)
}

// literalHTML keeps listmonk from running HTML as a template: "{{" starts an action, and
// "@TrackLink" behind a URL is its short form of one. Both are written as character references
// instead.
func literalHTML(text string) string {
	return strings.NewReplacer("{", "&#123;", "@TrackLink", "&#64;TrackLink").Replace(text)
}

// literalText does the same for text, which listmonk runs as a template only if it has an action.
func literalText(text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	return strings.NewReplacer("{{", "{{`{{`}}", "@TrackLink", "@{{``}}TrackLink").Replace(text)
}
