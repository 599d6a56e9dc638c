package build

import (
	"io"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
)

// caches maps how long a file stays fresh to its header.
var caches = map[site.Cache]string{
	site.Short:   "Cache-Control: public, max-age=10, stale-while-revalidate=30",
	site.Forever: "Cache-Control: public, max-age=31536000, immutable",
}

const unframed = "X-Frame-Options: DENY"

// headers writes _headers, which Netlify and Cloudflare Pages read: the Content-Security-Policy,
// CORS, content types, and how long each file is fresh. The rules are derived from the site's
// routes. No path may get the same header from two rules, because hosts join the values. Cloudflare
// reads at most 100 rules.
//
// Only the page of subscriptions may post to form, the origin of the mailing list, if there is one.
// Then form-action is a policy of its own, for each page: a browser applies all policies that it
// gets.
func headers(w io.Writer, policy, form string, s *site.Site) error {
	var b strings.Builder
	rule := func(pattern string, lines ...string) {
		b.WriteString("/" + pattern + "\n  " + strings.Join(lines, "\n  ") + "\n\n")
	}
	routes := rules(site.Routes())
	if form != "" {
		all, action, _ := strings.Cut(policy, "; form-action ")
		policy = all
		for i, r := range routes {
			if slices.Contains(r.lines, unframed) {
				own := action
				if r.Pattern == "subscribe/index.html" {
					own += " " + form
				}
				routes[i].lines = append(r.lines, "Content-Security-Policy: form-action "+own)
			}
		}
	}
	rule("*", "Content-Security-Policy: "+policy, "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Access-Control-Allow-Origin: *")
	each := func(prefix string, of func(r *site.Route) bool) {
		for _, r := range routes {
			if of(r.Route) {
				rule(prefix+r.pattern, r.lines...)
			}
		}
	}
	overview := func(r *site.Route) bool { return r.Pattern == "index.html" }
	each("", func(r *site.Route) bool { return r.Cache == site.Forever })
	prefixes := []string{""}
	for _, r := range routes {
		if overview(r.Route) {
			for _, prefix := range s.Prefixes() {
				rule(prefix, r.lines...)
				rule(prefix+r.pattern, r.lines...)
				if prefix != "" {
					prefixes = []string{"", ":language/"}
				}
			}
		}
	}
	for _, prefix := range prefixes {
		each(prefix, func(r *site.Route) bool { return r.Languages && !overview(r) })
	}
	each("", func(r *site.Route) bool { return !r.Languages && r.Cache != site.Forever })
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

// pathRule is a rule of _headers. It covers the outputs of one or more routes.
type pathRule struct {
	*site.Route
	pattern string
	lines   []string
}

// rules returns the rules for the routes. Routes with the same pattern share one rule, and no rule
// repeats a header that another one sets.
func rules(routes []*site.Route) (all []pathRule) {
	for _, r := range routes {
		rule := pathRule{Route: r, pattern: r.Rule}
		if rule.pattern == "" {
			rule.pattern = r.Pattern
		}
		covered := slices.ContainsFunc(all, func(other pathRule) bool {
			folder, wild := strings.CutSuffix(other.pattern, "*")
			return other.pattern == rule.pattern || wild && strings.HasPrefix(r.Pattern, folder)
		})
		if r.ContentType != "" {
			rule.lines = append(rule.lines, "Content-Type: "+r.ContentType)
		}
		if r.Unframed && !covered {
			rule.lines = append(rule.lines, unframed)
		}
		if r.Cache != site.Unsaid && !covered {
			rule.lines = append(rule.lines, caches[r.Cache])
		}
		if len(rule.lines) > 0 {
			all = append(all, rule)
		}
	}
	return all
}

// securityText returns security.txt (RFC 9116).
func securityText(c *config.Config) string {
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
