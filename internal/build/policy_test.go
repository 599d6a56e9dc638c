package build_test

import (
	"path"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestThePolicyIsStrict checks that every page has the same Content-Security-Policy as in
// `_headers`. The policy must allow nothing from other hosts and nothing inline except the
// stylesheet of the overview, by its hash. No page may contain anything that the policy blocks.
func TestThePolicyIsStrict(t *testing.T) {
	files, _, _ := compile(t, root(t), instant(t, "2026-10-02T10:30:00Z"))
	_, headers, _ := strings.Cut(files["_headers"], "Content-Security-Policy: ")
	policy, _, _ := strings.Cut(headers, "\n")
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "//") {
		t.Errorf("_headers has the policy %q", policy)
	}
	pages := 0
	for name, text := range files {
		// Pages meant to be embedded elsewhere; their policy is in _headers.
		if path.Ext(name) != ".html" || path.Base(name) == "embed.html" {
			continue
		}
		pages++
		document, err := goquery.NewDocumentFromReader(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if own := document.Find("meta[http-equiv=Content-Security-Policy]").AttrOr("content", ""); own != policy {
			t.Errorf("%s has the policy %q", name, own)
		}
		document.Find("[style], [onclick], [onload], script:not([src]):not([type='application/ld+json'])").Each(func(_ int, s *goquery.Selection) {
			html, _ := goquery.OuterHtml(s)
			t.Errorf("%s holds what its policy refuses: %.80s", name, html)
		})
		document.Find("script[src], img[src], link[rel=stylesheet], iframe").Each(func(_ int, s *goquery.Selection) {
			if at := s.AttrOr("src", s.AttrOr("href", "")); strings.Contains(at, "//") && !strings.HasPrefix(at, "https://status.settler.io/") {
				t.Errorf("%s asks %s", name, at)
			}
		})
	}
	if pages < 20 {
		t.Errorf("%d pages", pages)
	}
}
