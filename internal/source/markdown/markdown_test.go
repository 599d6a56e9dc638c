package markdown

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"settler.io/crier/internal/testsite/testenv"
)

var update = flag.Bool("update", false, "write what comes out into the cases")

func findings(src Source) (*Document, []string) {
	d, found := NewConverter().Convert(src)
	var said []string
	for _, f := range found {
		said = append(said, strings.TrimPrefix(f.Position.String(), src.Path+":")+" "+f.Kind.Code+": "+f.Message)
	}
	return d, said
}

// under resolves links for a page at /here/ on a site whose only other page is /about/.
func under(destination string) (string, bool) {
	return "../" + strings.Trim(destination, "/") + "/index.html", destination == "/about/"
}

// TestCases runs the cases in testdata. Each archive holds in.md and the expected html, text,
// markdown and findings. With -update it writes the actual results; review the diff.
func TestCases(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txtar")
	if len(names) == 0 {
		t.Fatal("no cases")
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			in := string(archive.Files[0].Data)
			d, said := findings(Source{Text: in, Path: "in.md", FirstLine: 1, Heading: 3})
			got := []txtar.File{archive.Files[0],
				{Name: "html", Data: lines(d.HTML(under))},
				{Name: "text", Data: lines(d.Text)},
				{Name: "markdown", Data: lines(d.Markdown)},
				{Name: "findings", Data: lines(strings.Join(said, "\n"))},
			}
			if *update {
				archive.Files = got
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(archive.Files, got); diff != "" {
				t.Error(diff)
			}
			checkSafe(t, in)
		})
	}
}

func lines(text string) []byte {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return []byte(text)
}

// elements lists all elements allowed in the HTML, and their attributes.
var elements = map[string][]string{
	"p": nil, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"}, "em": nil, "strong": nil, "del": nil, "code": {"class"}, "pre": nil,
	"blockquote": nil, "ul": nil, "ol": {"start", "class"}, "li": {"id"}, "sup": {"id"}, "hr": nil, "br": nil, "a": {"href", "rel"}, "div": {"class"}, "table": nil,
	"thead": nil, "tbody": nil, "tr": nil, "th": {"class", "scope"}, "td": {"class"}, "input": {"type", "checked", "disabled", "aria-label"},
}

// checkSafe parses the HTML of a Markdown text as a browser would, and fails if it finds anything
// not listed above.
func checkSafe(t *testing.T, src string) {
	t.Helper()
	d, _ := NewConverter().Convert(Source{Text: src, Path: "in.md", Heading: 3})
	for _, resolve := range []func(string) (string, bool){under, func(string) (string, bool) { return "", false }} {
		out := d.HTML(resolve)
		page, err := goquery.NewDocumentFromReader(strings.NewReader("<!DOCTYPE html><html><head><title>x</title></head><body><main>" + out + "</main></body></html>"))
		if err != nil {
			t.Fatal(err)
		}
		if page.Find("body > main").Length() != 1 || page.Find("body").Children().Length() != 1 {
			t.Errorf("%q breaks out of its place: %q", src, out)
		}
		page.Find("main *").Each(func(_ int, s *goquery.Selection) {
			attributes, known := elements[s.Nodes[0].Data]
			if !known {
				t.Errorf("%q gives <%s>: %q", src, s.Nodes[0].Data, out)
			}
			for _, a := range s.Nodes[0].Attr {
				if !slices.Contains(attributes, a.Key) {
					t.Errorf("%q produces the attribute %s: %q", src, a.Key, out)
				}
				if a.Key == "href" && !safeAddress(a.Val) {
					t.Errorf("%q links to %q", src, a.Val)
				}
			}
		})
		if page.Find("main").Contents().FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Nodes[0].Type == html.CommentNode }).Length() > 0 {
			t.Errorf("%q produces a comment: %q", src, out)
		}
	}
	checkTwin(t, src, d.Markdown)
	for name, text := range map[string]string{"text": d.Text, "HTML": d.HTML(under), "Markdown": d.Markdown} {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, forbidden) {
			t.Errorf("the %s of %q holds what XML forbids: %q", name, src, text)
		}
	}
}

// naive converts Markdown without precautions: with raw HTML and all links.
var naive = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(ghtml.WithUnsafe()))

// checkTwin fails if cleaned Markdown contains raw HTML or a dangerous link.
func checkTwin(t *testing.T, src, twin string) {
	t.Helper()
	var out strings.Builder
	if err := naive.Convert([]byte(twin), &out); err != nil {
		t.Fatal(err)
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader("<!DOCTYPE html><html><head><title>x</title></head><body><main>" + out.String() + "</main></body></html>"))
	if err != nil {
		t.Fatal(err)
	}
	page.Find("main *").Each(func(_ int, s *goquery.Selection) {
		if _, known := elements[s.Nodes[0].Data]; !known && !slices.Contains([]string{"h1", "h2", "img"}, s.Nodes[0].Data) {
			t.Errorf("%q becomes the Markdown %q with <%s>", src, twin, s.Nodes[0].Data)
		}
		for _, a := range s.Nodes[0].Attr {
			scheme, _, _ := strings.Cut(a.Val, ":") // a scheme contains no percent sign
			dangerous := (a.Key == "href" || a.Key == "src") && !safeAddress(a.Val) && scheme != "ftp" && !strings.Contains(scheme, "%")
			if dangerous || !slices.Contains([]string{"href", "src", "alt", "title", "class", "style", "start", "type", "checked", "disabled"}, a.Key) {
				t.Errorf("%q becomes the Markdown %q with %s=%q", src, twin, a.Key, a.Val)
			}
		}
	})
}

// safeAddress interprets a URL as browsers do: without white space and control characters.
func safeAddress(address string) bool {
	bare := strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f && r <= 0x9f {
			return -1
		}
		return r
	}, address))
	scheme, _, found := strings.Cut(bare, ":")
	return !found || strings.ContainsAny(scheme, "/?#") || slices.Contains([]string{"http", "https", "mailto", "tel"}, scheme)
}

var attacks = []string{
	"[^1]\n\n[^1]:(:0", "[^1]\n\n[^1]: javascript:alert(1)", "[^1]\n\n[^1]:\n    javascript&colon;alert(1) 'a'", "[^1]\n\n[^1]: <javascript:alert(1) > (a)", "[^1]\n\n[^1]: Note: a",
	"[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))", "[^\"><script>]\n\n[^\"><script>]: a", "[^1]: <img src=x onerror=alert(1)>\n", "> [!NOTE]\n> <script>alert(1)</script>\n", "> [!<b>NOTE]\n> a\n",
	"&#1;", "a&#x8;b", "<p>&#1;</p>", "[a](x&#1;y)", "[a](&#1;javascript:x)", "`&#1;`", "# &#1;", "![&#1;](x)",
	"<script>alert(1)</script>", "<SCRIPT SRC=//x>", "<img src=x onerror=alert(1)>", "a <b onclick=x>b</b>", "<svg/onload=alert(1)>",
	"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\tscript:alert(1))", "[a](&#106;avascript:alert(1))", "[a](javascript&colon;alert(1))",
	"[a](\\javascript:alert(1))", "[a](<java script:alert(1)>)", "[a]( vbscript:x)", "[a](data:text/html,<script>)", "![a](javascript:x)", "<javascript:alert(1)>",
	"[a]: javascript:x\n\n[a]", "[a](//evil.example.com)", "[a](\\\\evil.example.com)", "[a](/\\evil)", "[a](x \"\\\" onclick=\\\"alert(1)\")", "[a](x\"onclick=\"y)",
	"```\"><script>\nx\n```", "``` a b\" onclick=x\ny\n```", "# <script>", "# \" onclick=x", "|<script>|\n|---|\n|<img onerror=x>|", "- [ ] <script>",
	"<!-- x --><script>", "<![CDATA[ ]]>", "<?php x ?>", "<!DOCTYPE x>", "&lt;script&gt;", "&#0;", "\x00\x01", "\xff\xfe", "a\u2028b", "<style>*{}</style>", "</main></body>",
	"<textarea><script>", "<title></title>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
	"[x](#\"><img>)", "[x](http://example.com/\"onmouseover=x)", "<http://example.com/\"onmouseover=x>", "www.example.com/<script>", "a@b.c\"onclick=x", "[a](http://[::1)", "[a](http://a b)",
	"[a](mailto:x@example.com?subject=<script>)", "[a](tel:+1)", "x\\\n<b>", "* <p>\n\n  </p>", "> <div>\n> [a](javascript:x)\n> </div>", "[![a](javascript:x)](javascript:y)", "[a](javascript:x",
	"![](x)", "![](http://example.com/x.png)", "[](http://example.com)", "~~<s>~~", "***<i>***", "\u202e", "\ufeff# x", "[a](\u00a0javascript:x)", "[a](\u200bjavascript:x)", "[a](\x01javascript:x)",
}

// hidden lists dangerous links that are difficult to cut from the source, on their own or because
// of what comes before them.
var hidden = []string{
	"[![a](javascript:x)](http://a.b)", "[![a](x \"](javascript:y\")](javascript:y)", "[*a*](javascript:x 'y')", "> [a\n> b](javascript:x)", "> [a](\n> javascript:x\n> \"t\n> u\")", "- [w]:\n  javascript:x\n\n[w]",
	"[javascript:x]: javascript:x\n[javascript:x]", "> [a\n> b]: javascript:x\n\n[a b]", "[a]: javascript:x 'title\nmore'\n\n[a]", "|[a](javascript:x)|\n|-|\n|[b](javascript:y)|", "# [a](javascript:x)", "[a](javascript:x)[b](javascript:x)", "`[a](javascript:x)`",
	"    [a](javascript:x)", "<p>a</p>\n\n    [a](javascript:x)", "<img src=x> [a]: javascript:x\n\n[a]", "<img src=x> > [a\n> b](javascript:x)", "<javascript:a> <javascript:a>", "[<javascript:y>](javascript:y)", "[a](javascript:x\\))", "[a](<javascript:x> \"b\")", "\t[a]: javascript:x", "-\t[a](javascript:x)",
	"1.\t[a]:\tjavascript:x\n\n[a]", "> a\n> <b\n> c>d\n", "<b\nc>", "a<br/>*b", "x\n<div>\n- a\n</div>", "<div>1. a</div>", "<div>=</div>\n", "a\n<b>=</b>\n", "<p>\n    a\n</p>", "<p>\ta</p>", "<<b>script>x<<b>/script>", "<scr<b>ipt>x", "[a](java<b>script:x)",
}

func TestNoScriptsInHTML(t *testing.T) {
	testenv.SkipRace(t)
	for _, a := range hidden {
		checkSafe(t, a)
	}
	for _, a := range attacks {
		checkSafe(t, a)
		for _, b := range attacks {
			checkSafe(t, a+"\n\n"+b)
			if testenv.Long() {
				checkSafe(t, a+" "+b)
			}
		}
	}
}

func FuzzConvert(f *testing.F) {
	for _, a := range append(attacks, hidden...) {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, src string) { checkSafe(t, src) })
}

// TestCleanedMarkdownIsSafe checks that cleaned Markdown is safe even where raw HTML and all
// links are allowed.
func TestCleanedMarkdownIsSafe(t *testing.T) {
	for _, src := range []string{"a [x](javascript:alert(1)) b", "[x][y]\n\n[y]: javascript:alert(1)", "<javascript:alert(1)>", "a <b onclick=x>c</b>", "<script>x</script>", "[x](<javascript:y>)"} {
		d, _ := NewConverter().Convert(Source{Text: src})
		if strings.Contains(d.Markdown, "javascript:") || strings.Contains(d.Markdown, "onclick") || strings.Contains(d.Markdown, "<script") {
			t.Errorf("%q becomes %q", src, d.Markdown)
		}
	}
}

func TestPositions(t *testing.T) {
	src := "words [a](/one/) and\n[b](/two/) ![c](https://example.com/c.png)\n\n<b>x</b>\n\n- [d](javascript:x)\n\nref [e]\n\n[e]: /three/\n\nbell\x07\n"
	d, said := findings(Source{Text: src, Path: "p.md", FirstLine: 11})
	var links []string
	for _, l := range d.Links() {
		links = append(links, fmt.Sprintf("%d:%d %s", l.Position.Line, l.Position.Column, l.Destination))
	}
	if diff := cmp.Diff([]string{"11:7 /one/", "12:1 /two/", "18:5 /three/"}, links); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"22:5 control-character: a control character was dropped",
		`12:12 linked-image: the image "https://example.com/c.png" is shown as a link`,
		"14:1 dropped-html: the HTML <b> was dropped",
		`16:3 dropped-link: the link to "javascript:x" was dropped`,
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
}

func TestAnchorsAreUnique(t *testing.T) {
	d, _ := NewConverter().Convert(Source{Text: "# A b\n## A b\n### A b 2\n# Übergröße\n# 日本\n# 日本\n# !\n", Heading: 3, IDPrefix: "01-x"})
	want := []string{"01-x-a-b", "01-x-a-b-2", "01-x-a-b-2-2", "01-x-übergröße", "01-x-日本", "01-x-日本-2", "01-x-section"}
	if diff := cmp.Diff(want, d.Anchors()); diff != "" {
		t.Error(diff)
	}
	seen := map[string]bool{}
	for _, id := range d.Anchors() {
		if seen[id] || !strings.Contains(d.HTML(under), `id="`+id+`"`) {
			t.Errorf("%s twice, or missing", id)
		}
		seen[id] = true
	}
}

func TestEmpty(t *testing.T) {
	var none *Document
	if none.HTML(under) != "" {
		t.Error("nothing gives something")
	}
	d, said := findings(Source{})
	if d.HTML(under) != "" || d.Text != "" || d.Markdown != "" || len(said) > 0 {
		t.Errorf("%+v %v", d, said)
	}
}

func TestClean(t *testing.T) {
	for src, want := range map[string]struct {
		clean string
		first int
	}{
		"plain\tü\n":    {"plain\tü\n", -1},
		"a\x00b\x1bc":   {"abc", 1},
		"a\xffb":        {"a\uFFFDb", -1},
		"\u0080x\ufffe": {"x", 0},
		"\u0085":        {"\u0085", -1},
	} {
		if clean, first := Clean(src); clean != want.clean || first != want.first {
			t.Errorf("%q: %q, %d", src, clean, first)
		}
	}
}

func BenchmarkConvert(b *testing.B) {
	src := Source{Text: strings.Repeat("We're *currently* investigating `elevated` error rates, see [about](/about/).\n\n", 8), Path: "x.md"}
	c := NewConverter()
	for b.Loop() {
		c.Convert(src)
	}
}

func TestHeadingLevelsHaveNoGaps(t *testing.T) {
	for _, tc := range []struct {
		rank int
		text string
		want string
	}{
		{2, "# a\n## b\n# c", "h2 h3 h2"},
		{2, "### a\n### b\n##### c\n## d\n### e", "h2 h2 h3 h2 h3"},
		{4, "# a\n###### b\n### c", "h4 h5 h5"},
		{5, "# a\n## b\n### c", "h5 h6 h6"},
		{9, "# a", "h6"},
		{0, "> # a\n\n- ## b", "h1 h2"},
	} {
		d, _ := NewConverter().Convert(Source{Text: tc.text, Heading: tc.rank})
		html := d.HTML(nil)
		var got []string
		for _, start := range regexp.MustCompile(`<h\d`).FindAllString(html, -1) {
			got = append(got, start[1:])
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%q at %d: %v, want %s", tc.text, tc.rank, got, tc.want)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	text := strings.Repeat("<p>A deployment exhausted the database's connections; we are <em>rolling it back</em>.</p>\n", 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Clean(text)
	}
}
