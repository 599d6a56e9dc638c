package build_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/testsite"
)

// rules parses _headers. It returns the headers of each path.
func rules(text string) map[string][]string {
	all := map[string][]string{}
	at := ""
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case strings.HasPrefix(line, "/"):
			at = line
			all[at] = nil
		case line != "":
			all[at] = append(all[at], strings.TrimSpace(line))
		}
	}
	return all
}

// TestNoFileGetsAHeaderTwice checks that no two rules set the same header, because hosts join the
// values, which breaks both.
func TestNoFileGetsAHeaderTwice(t *testing.T) {
	site := testsite.Generate(testsite.Options{Incidents: 120, Seed: 2, Components: 3})
	site["config.toml"].Data = append([]byte("languages = [\"en\", \"de\", \"pt\"]\n"), site["config.toml"].Data...)
	files, _, _ := compile(t, site, instant(t, "2026-10-01T12:00:00Z"))
	headers := rules(files["_headers"])
	if len(headers) > 100 {
		t.Errorf("%d rules: Cloudflare reads 100", len(headers))
	}
	matchers := map[string]*regexp.Regexp{}
	for path := range headers {
		pattern := regexp.MustCompile(`:[a-z]+`).ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`)
		matchers[path] = regexp.MustCompile("^" + strings.ReplaceAll(pattern, `\*`, ".*") + "$")
	}
	used := map[string]bool{}
	wanted := map[string]string{
		"/feed.rss": "Content-Type: application/xml; charset=utf-8", "/de/components/component-1/feed.atom": "Content-Type: application/xml; charset=utf-8", "/feed.json": "Content-Type: application/feed+json; charset=utf-8",
		"/components/component-1/maintenance.ics": "Content-Type: text/calendar; charset=utf-8", "/api/v2/summary.json": "Access-Control-Allow-Origin: *", "/badge.json": "Cache-Control: public, max-age=10, stale-while-revalidate=30",
		"/pt/": "X-Frame-Options: DENY", "/history/2026-10/": "X-Frame-Options: DENY",
	}
	for name := range files {
		address := "/" + strings.TrimSuffix(name, "index.html")
		names := map[string]string{}
		var own []string
		for path, matcher := range matchers {
			if !matcher.MatchString(address) {
				continue
			}
			used[path] = true
			for _, header := range headers[path] {
				key, _, _ := strings.Cut(header, ":")
				if other := names[key]; other != "" {
					t.Errorf("%s gets %s from %s and from %s", address, key, other, path)
				}
				names[key] = path
				own = append(own, header)
			}
		}
		if want := wanted[address]; want != "" {
			delete(wanted, address)
			if !slices.Contains(own, want) {
				t.Errorf("%s gets %q, not %q", address, own, want)
			}
		}
		if address == "/embed.html" && names["X-Frame-Options"] != "" {
			t.Errorf("%s may not be framed", address)
		}
		if strings.HasPrefix(address, "/assets/") != slices.Contains(own, "Cache-Control: public, max-age=31536000, immutable") {
			t.Errorf("%s is fresh for %q", address, own)
		}
	}
	for address := range wanted {
		t.Errorf("no file has the address %s", address)
	}
	for path := range headers {
		if !used[path] && !strings.HasSuffix(path, "/index.html") {
			t.Errorf("no file has the headers of %s", path)
		}
	}
}

// TestWhereFormsMayPostTo checks _headers of a site with a mailing list: only the page of
// subscriptions may post to it, and no directive comes from two rules.
func TestWhereFormsMayPostTo(t *testing.T) {
	site := testsite.Generate(testsite.Options{Incidents: 20, Seed: 2, Components: 2})
	plain, _, _ := compile(t, site, instant(t, "2026-10-01T12:00:00Z"))
	site["config.toml"].Data = append([]byte("languages = [\"en\", \"de\"]\nsubscribe = {action = \"https://lists.example.com:8443/form\"}\n"), site["config.toml"].Data...)
	files, _, _ := compile(t, site, instant(t, "2026-10-01T12:00:00Z"))
	own := map[string]string{}
	for path, lines := range rules(files["_headers"]) {
		for _, line := range lines {
			if policy, ok := strings.CutPrefix(line, "Content-Security-Policy: "); ok {
				own[path] = policy
			}
		}
	}
	const self, list = "form-action 'self'", "form-action 'self' https://lists.example.com:8443"
	want := map[string]string{"/*": strings.TrimSuffix(regexp.MustCompile("Content-Security-Policy: (.*)").FindStringSubmatch(plain["_headers"])[1], "; "+self)}
	for _, path := range []string{"/", "/index.html", "/de/", "/de/index.html", "/incidents/*", "/maintenance/*", "/components/*", "/history/*",
		"/:language/incidents/*", "/:language/maintenance/*", "/:language/components/*", "/:language/history/*"} {
		want[path] = self
	}
	want["/subscribe/*"], want["/:language/subscribe/*"] = list, list
	if d := cmp.Diff(want, own); d != "" {
		t.Error(d)
	}
	if strings.Contains(want["/*"], "form-action") {
		t.Errorf("all files get %q", want["/*"])
	}
	for name, text := range files {
		if strings.Contains(text, "lists.example.com") && name != "_headers" && name != "subscribe/index.html" && name != "de/subscribe/index.html" {
			t.Errorf("%s names the mailing list", name)
		}
	}
	if !strings.Contains(plain["subscribe/index.html"], "form-action &#39;self&#39;\">") || strings.Contains(plain["subscribe/index.html"], "<form") {
		t.Error("without a mailing list there is a form, or another policy")
	}
}

// TestTheDocsOfHostingSayTheSame checks that docs/hosting.md describes the headers in _headers for
// other hosts.
func TestTheDocsOfHostingSayTheSame(t *testing.T) {
	raw, err := os.ReadFile("../../docs/hosting.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"nginx", "Caddy", "S3"} {
		_, text, found := strings.Cut(string(raw), "\n## "+part+"\n")
		text, _, _ = strings.Cut(text, "\n## ")
		for _, want := range []string{"public, max-age=10, stale-while-revalidate=30", "public, max-age=31536000, immutable", "application/xml", "text/calendar", "*"} {
			if !found || !strings.Contains(text, want) {
				t.Errorf("docs/hosting.md does not say %q of %s", want, part)
			}
		}
	}
}

// TestTheDocsOfTheBannerKnowItsAttributes compares docs/feeds.md with embed.js.
func TestTheDocsOfTheBannerKnowItsAttributes(t *testing.T) {
	raw, err := os.ReadFile("../../docs/feeds.md")
	if err != nil {
		t.Fatal(err)
	}
	files, _, _ := compile(t, trouble(), instant(t, "2026-10-02T11:00:00Z"))
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bd\.([a-z]+)`).FindAllStringSubmatch(files["embed.js"], -1) {
		found[m[1]] = true
		if m[1] != "frame" && !strings.Contains(string(raw), "`data-"+m[1]+"`") {
			t.Errorf("docs/feeds.md lacks data-%s", m[1])
		}
	}
	if len(found) < 4 {
		t.Errorf("only %v were found", found)
	}
}
