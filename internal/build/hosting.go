package build

import (
	"io"
	"strings"
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/site"
)

// How long what a host serves is fresh: what tells the state for seconds, what has a hash in its name for ever.
const (
	shortly = "Cache-Control: public, max-age=10, stale-while-revalidate=30"
	forever = "Cache-Control: public, max-age=31536000, immutable"
)

// headers writes _headers, which Netlify and Cloudflare Pages read: the policy of the pages, who may read what, content types,
// and how long a file is fresh. No path gets one header from two rules, since the hosts join them; Cloudflare reads 100 rules.
// Feeds are called plain XML, since a browser shows what is called RSS or Atom without its stylesheet. Pages may not be
// framed, but embed.html.
func headers(w io.Writer, policy string, editions []site.Edition) error {
	var b strings.Builder
	rule := func(path string, lines ...string) {
		b.WriteString(path + "\n  " + strings.Join(lines, "\n  ") + "\n\n")
	}
	rule("/*", "Content-Security-Policy: "+policy, "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Access-Control-Allow-Origin: *")
	rule("/assets/*", forever)
	prefixes := []string{"/"}
	pages := []string{"/", "/index.html"}
	for _, e := range editions {
		if e.Prefix != "" {
			prefixes = []string{"/", "/:language/"}
			pages = append(pages, "/"+e.Prefix, "/"+e.Prefix+"index.html")
		}
	}
	for _, page := range pages {
		rule(page, "X-Frame-Options: DENY", shortly)
	}
	for _, prefix := range prefixes {
		for _, folder := range []string{"incidents/*", "maintenance/*", "components/*", "history/*"} {
			rule(prefix+folder, "X-Frame-Options: DENY", shortly)
		}
		for _, format := range []struct{ extension, mime string }{{".rss", "application/xml"}, {".atom", "application/xml"}, {".json", "application/feed+json"}} {
			mime := "Content-Type: " + format.mime + "; charset=utf-8"
			rule(prefix+"feed"+format.extension, mime, shortly)
			rule(prefix+"components/:id/feed"+format.extension, mime)
		}
	}
	for _, file := range []string{"/history.rss", "/history.atom"} {
		rule(file, "Content-Type: application/xml; charset=utf-8", shortly)
	}
	rule("/maintenance.ics", "Content-Type: text/calendar; charset=utf-8", shortly)
	rule("/components/:id/maintenance.ics", "Content-Type: text/calendar; charset=utf-8")
	for _, file := range []string{"/api/*", "/badge.svg", "/badge.json", "/embed.js", "/embed.html", "/version.json", "/icon.svg"} {
		rule(file, shortly)
	}
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

// securityText gives security.txt (RFC 9116), or "" when the site is not configured to have one.
func securityText(c *config.Config) string {
	if len(c.Security.Contact) == 0 {
		return ""
	}
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	for _, contact := range c.Security.Contact {
		field("Contact", contact)
	}
	field("Expires", c.Security.Expires.UTC().Format(time.RFC3339))
	field("Encryption", c.Security.Encryption)
	field("Acknowledgments", c.Security.Acknowledgments)
	field("Preferred-Languages", strings.Join(c.Security.PreferredLanguages, ", "))
	field("Canonical", c.BaseURL+".well-known/security.txt")
	field("Policy", c.Security.Policy)
	return b.String()
}
