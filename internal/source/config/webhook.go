package config

import (
	"net/url"
	"regexp"
	"slices"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

var variableForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// webhook reads a webhook. All three keys are required, because every request is signed.
func (p *parser) webhook(n *frontmatter.Node) {
	w := Webhook{At: p.At(n)}
	before := len(p.Findings)
	p.Fields(n, "a webhook", []frontmatter.Field{
		{Key: "name", Decode: p.id(&w.Name, func(name string) bool {
			return slices.ContainsFunc(p.config.Webhooks, func(other Webhook) bool { return other.Name == name })
		})},
		{Key: "url", Decode: func(n *frontmatter.Node) {
			text, ok := p.Text(n)
			if u, err := url.Parse(text); ok && err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil {
				w.URL = text
			} else if ok {
				p.Report(diag.BadURL, n, `write it like "https://example.com/hooks/status"`, "that is not an address to send to")
			}
		}},
		{Key: "secret_env", Decode: func(n *frontmatter.Node) {
			if text, ok := p.Text(n); ok && !variableForm.MatchString(text) {
				p.Report(diag.BadID, n, `write the name of the variable, such as "STATUS_WEBHOOK_SECRET", never the secret itself`, "that is not a name of an environment variable")
			} else if ok {
				w.SecretEnv = text
			}
		}},
	})
	if len(p.Findings) > before {
		return
	}
	for _, needed := range []struct{ key, value, example string }{
		{"name", w.Name, `name = "pager"`}, {"url", w.URL, `url = "https://example.com/hooks/status"`}, {"secret_env", w.SecretEnv, `secret_env = "STATUS_WEBHOOK_SECRET"`},
	} {
		if needed.value == "" {
			p.Report(diag.MissingKey, n, "write "+needed.example, "a webhook without %s", needed.key)
			return
		}
	}
	p.config.Webhooks = append(p.config.Webhooks, w)
}
