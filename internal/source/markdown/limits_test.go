package markdown

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/testsite/testenv"
)

// family generates hostile texts of about n bytes.
type family struct {
	name string
	text func(n int) string
}

func repeated(name, part string) family { return around(name, "", part, "") }

// around repeats a part between a start and an end.
func around(name, before, part, after string) family {
	return family{name, func(n int) string {
		return before + strings.Repeat(part, max(1, (n-len(before)-len(after))/len(part))) + after
	}}
}

// halves repeats one part, then repeats another as often.
func halves(name, first, second string) family {
	return family{name, func(n int) string {
		times := max(1, n/(len(first)+len(second)))
		return strings.Repeat(first, times) + strings.Repeat(second, times)
	}}
}

// numbered joins the parts for 1, 2, 3 and so on.
func numbered(name string, part func(i int) string) family {
	return family{name, func(n int) string {
		var b strings.Builder
		for i := 1; b.Len() < n; i++ {
			b.WriteString(part(i))
		}
		return b.String()
	}}
}

// full repeats a paragraph with the maximum number of marks. Each part contains the given number of
// marks.
func full(name, part string, marks int) family {
	return repeated(name, strings.Repeat(part, maxMarks/marks)+"\n\n")
}

// families are inputs that some Markdown parsers need too much time or memory for: those of issue
// 17, those of the test suites of cmark and goldmark (test/pathological_tests.py, extra_test.go),
// and others suggested by goldmark's source.
var families = []family{
	// blocks
	repeated("quotes", ">"), repeated("quotes and spaces", "> "), repeated("empty quotes", ">\n\n"), repeated("dashes", "- "), repeated("asterisks", "* "), repeated("numbers", "1. "),
	repeated("dashes and numbers", "- 1. "), repeated("quotes and dashes", "> - "), repeated("items", "-\n"), repeated("items apart", "- a\n\n"), repeated("items of both kinds", "- a\n+ a\n"),
	numbered("steps down", func(i int) string { return strings.Repeat("  ", i%120) + "- a\n" }),
	numbered("ever deeper", func(i int) string { return strings.Repeat("  ", i) + "- a\n" }),
	around("lines of a deep item", strings.Repeat("- ", 99), "a\n", ""), around("lines of a deep quote", strings.Repeat("> ", 99), "a\n", ""),
	repeated("deep quotes", strings.Repeat(">", 100)+"\n"), repeated("deep lists", strings.Repeat("- ", 100)+"a\n\n"),
	repeated("headings", "# a\n"), repeated("empty headings", "#\n"), repeated("underlined headings", "a\n-\n"), repeated("rules", "---\n"), repeated("fences", "```\n"), repeated("open fences", "~~~ a\n\n"),
	repeated("indented code", "    a\n\n"), repeated("tabs", "\t"), repeated("spaces", " "), repeated("lines", "a\n"), repeated("paragraphs", "a\n\n"), repeated("one line", "a"), repeated("words", "a "), repeated("breaks", "a  \n"), repeated("backslashes", `\`),
	// footnotes
	numbered("footnotes", func(i int) string { return fmt.Sprintf("[^%d]\n\n[^%d]: a\n\n", i, i) }), repeated("footnotes of one name", "[^a]: a\n"),
	around("references to one footnote", "[^a]: a\n\n", "[^a]\n\n", ""), repeated("nested footnotes", "[^a]: "), repeated("footnotes without an end", "[^a"), repeated("quoted footnotes", "> [^a]: [^a]\n\n"),
	repeated("alerts", "> [!NOTE]\n> a\n\n"), repeated("nested alerts", "> [!NOTE]\n>> [!NOTE]\n"), repeated("alerts of nothing", "> [!NOTE]\n\n"),
	// tables
	{"wide table of short rows", func(n int) string {
		return "|" + strings.Repeat("a|", n/6) + "\n|" + strings.Repeat("-|", n/6) + "\n" + strings.Repeat("|\n", n/6)
	}},
	{"table of aligned cells", func(n int) string {
		return "|" + strings.Repeat("|", n/8) + "\n|" + strings.Repeat(":-:|", n/8) + "\n" + strings.Repeat("|\n", n/8)
	}},
	around("long table", "|a|b|\n|-|-|\n", "|a|b|\n", ""), repeated("tables", "|a|\n|-|\n|b|\n\n"), repeated("header cells", "|a"), repeated("rows of dashes", "a\n:-\n"), repeated("lines of dashes", "-|-\n"),
	{"table of escaped pipes", func(n int) string { return "|a|\n|-|\n" + strings.Repeat("|`\\|`|\n", n/8) }},
	{"cell of escaped pipes", func(n int) string { return "|a|\n|-|\n|" + strings.Repeat("`\\|` ", n/5) + "|\n" }},
	{"half columns, half rows, many tables", func(n int) string {
		one := "|" + strings.Repeat("a|", 40) + "\n|" + strings.Repeat("-|", 40) + "\n" + strings.Repeat("|\n", 40) + "\n"
		return strings.Repeat(one, 1+n/len(one))
	}},
	// links
	repeated("link starts", "[a]("), repeated("link starts with angles", "[a](<"), repeated("link starts with parentheses", "[a](b("), repeated("link starts with titles", `[a](b "`), repeated("links", "[a](b)"), repeated("dropped links", "[a](x:b)"),
	numbered("dropped links, all different", func(i int) string { return "[a](x:" + strconv.Itoa(i) + ")\n\n" }),
	repeated("brackets", "["), repeated("closing brackets", "]"), repeated("pairs of brackets", "[]"), repeated("images", "!["), repeated("image starts", "![a]("), halves("nested brackets", "[", "]"), halves("nested links", "[", "](b)"), halves("nested images", "![", "](b)"), halves("nested references", "[", "][a]"), halves("brackets and words", "[a\n", "]"),
	around("links with words before", strings.Repeat("[", 300), "a", strings.Repeat("](b)", 150)),
	repeated("definitions", "[a]: b\n"), repeated("definitions apart", "[a]: b\n\n"), numbered("different definitions", func(i int) string { return fmt.Sprintf("[%d]: b\n", i) }), repeated("definitions with titles", "[a]: b \"\n"), repeated("definitions within", "[[a]: b\n"), repeated("definition starts", "[a]:\n"), repeated("quoted definitions", "> [a]: b\n"),
	{"long address, many references", func(n int) string {
		return "[a]: https://example.com/" + strings.Repeat("a", n/2) + "\n\n" + strings.Repeat("[a]\n\n", n/10)
	}},
	{"long place, many references", func(n int) string {
		return "[a]: /" + strings.Repeat("a", n/2) + "\n\n" + strings.Repeat("[a]\n\n", n/10)
	}},
	{"long dropped address, many references", func(n int) string {
		return "[a]: x:" + strings.Repeat("a", n/2) + "\n\n" + strings.Repeat("[a]\n\n", n/10)
	}},
	// emphasis
	repeated("asterisk and underscore", "*a_ "), repeated("strong starts", "**a "), repeated("emphasis starts", "*a "), repeated("emphasis ends", "a* "), repeated("emphasis", "*a* "), repeated("emphasis within", "*a **a "), halves("nested emphasis", "*a **a ", " a** a*"), repeated("asterisks without spaces", "a*"), repeated("underscores", "a_"), repeated("many asterisks", "*"), repeated("three and two", "a***b**c*"),
	around("one long run", "a", "*", "b"), {"two long runs", func(n int) string { return strings.Repeat("*", n/2) + "a" + strings.Repeat("*", n/2) }}, repeated("tildes", "~~"), repeated("struck starts", "~~a "), repeated("struck and strong", "~a **b "), repeated("tildes and words", "a~"), repeated("open and close", "a**b"+"c* "),
	// code spans
	repeated("backticks", "`"), repeated("backticks apart", "` "), repeated("backticks and words", "`a"), numbered("growing runs of backticks", func(i int) string { return "e" + strings.Repeat("`", i) }),
	numbered("growing runs of backticks, and lines", func(i int) string { return strings.Repeat("`", 1+i%31) + strings.Repeat("\na", 20+i*10) }),
	// HTML
	repeated("less-than", "<"), repeated("tags", "<b>"), repeated("tag starts", "<b"), repeated("tag starts with attributes", "<a b='"), repeated("both quotes", `<a b='<a b="`), repeated("end tags", "</b"), repeated("comments", "<!--"), repeated("comments apart", "a <!-- b\n"), repeated("instructions", "<?"), repeated("declarations", "<!A"), repeated("CDATA", "<![CDATA["), repeated("HTML blocks", "<p>\n\n"), repeated("scripts", "<script>\n"), repeated("open scripts", "<script>\n\n"), repeated("HTML of words", "<p>a&amp;b</p>\n"), around("attributes", "<a", " a", ""), around("spaces in a tag", "a <a", " ", "b"), repeated("tags in paragraphs", "a <b>\n\n"),
	around("one HTML block of tags", "<div>\n", "<a ", ""), around("one HTML block of comments", "<div>\n", "<!--", ""), around("one HTML block of text areas", "<div>\n", "<textarea>", ""),
	// URLs, entities, characters
	repeated("automatic links", "<a:b>"), repeated("automatic link starts", "<a:"), repeated("addresses", "http://a.b "), repeated("addresses in parentheses", "(http://a.b/"), repeated("address starts", "http://"), repeated("hosts", "www."), repeated("hosts apart", " www.a"), repeated("hosts and underscores", "_www.a"), repeated("hosts after parentheses", "(www.a"), repeated("mail", "a@b.c "), repeated("mail starts", "a@"), repeated("mail and dots", "a.b@"), around("address and semicolons", "http://a.b/", "&a;", ""), around("address and parentheses", "http://a.b/", ")", ""),
	repeated("FTP", "ftp://a.b "), repeated("entities", "&amp;"), repeated("entity starts", "&"), repeated("entity names", "&a"), repeated("numbers of characters", "&#1;"), repeated("number starts", "&#"), repeated("NUL", "\x00"), repeated("invalid UTF-8", "\xff"), repeated("quotation marks", `"`), repeated("letters of many bytes", "[a](ü)"),
	repeated("check boxes", "- [ ] a\n"), repeated("check box starts", "- [ ]"), repeated("carriage returns", "\r"), repeated("lines of both kinds", "a\r\n"),
	// within all limits
	full("full paragraphs of emphasis", "*a_ ", 2), full("full paragraphs of strong starts", "**a ", 2), full("full paragraphs of link starts", "[a](", 2), full("full paragraphs of brackets", "[", 1), full("full paragraphs of links", "[a](b) ", 2), full("full paragraphs of images", "![a](b) ", 3), full("full paragraphs of tags", "<b>", 1), full("full paragraphs of struck starts", "~~a ", 2), full("full paragraphs of code", "`a` ", 2),
	repeated("full paragraphs of nested brackets", strings.Repeat("[", maxMarks/2)+strings.Repeat("]", maxMarks/2)+"\n\n"), repeated("full paragraphs of nested images", strings.Repeat("![", 90)+strings.Repeat("](b)", 90)+"\n\n"), repeated("full paragraphs of nested emphasis", strings.Repeat("*a **a ", 40)+strings.Repeat(" a** a*", 40)+"\n\n"),
	around("full paragraph of brackets and lines", strings.Repeat("[", maxMarks/2), "a\n", strings.Repeat("]", maxMarks/2)), around("full paragraph of links and words", strings.Repeat("[a](", maxMarks/2), "b ", ""), around("full paragraph of images and letters", strings.Repeat("![a](", maxMarks/3), "b", ""),
	around("full paragraph of tags and attributes", strings.Repeat("<b ", maxMarks), "a ", ""), around("full paragraph of underscores and lines", strings.Repeat("a_", maxMarks), "a\n", ""),
}

// Budgets for one conversion. The fixed parts cover a table of 10,000 empty cells, which fits in 1
// KB of text.
const (
	outputBudget    = 32      // bytes of HTML, plain text or Markdown per byte of the source
	outputFixed     = 1 << 20 // bytes in addition to that
	allocatedBudget = 2 << 10
	allocatedFixed  = 16 << 20
)

// checkBudgets converts a text and fails if the memory used or the output is too large for its
// size.
func checkBudgets(t *testing.T, c *Converter, text string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d, _ := c.Convert(Source{Text: text, Path: "x.md", Heading: 3, IDPrefix: "01-investigating"})
	runtime.ReadMemStats(&after)
	if allocated := int(after.TotalAlloc - before.TotalAlloc); !raceDetector && allocated > allocatedFixed+allocatedBudget*len(text) {
		t.Errorf("%d bytes allocated for %d", allocated, len(text))
	}
	for what, out := range map[string]string{"HTML": d.HTML(under), "text": d.Text, "Markdown": d.Markdown} {
		if len(out) > outputFixed+outputBudget*len(text) {
			t.Errorf("%d bytes of %s for %d", len(out), what, len(text))
		}
	}
}

func TestHostileText(t *testing.T) {
	testenv.SkipRace(t)
	sizes := []int{10 << 10, maxSize - 1, 1 << 20}
	if !testenv.Long() {
		sizes = []int{10 << 10, 64 << 10}
	}
	c := NewConverter()
	for _, f := range families {
		t.Run(f.name, func(t *testing.T) {
			for _, n := range sizes {
				checkBudgets(t, c, f.text(n))
			}
		})
	}
}

// FuzzBudgets repeats a part until the text has 32 KiB.
func FuzzBudgets(f *testing.F) {
	testenv.SkipRace(f)
	for _, family := range families {
		f.Add("", family.text(12), "")
	}
	f.Add("|a|a|a|a|a|a|a|a|\n|-|-|-|-|-|-|-|-|\n", "|\n", "")
	f.Add("[a]: /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n", "[a] ", "")
	c := NewConverter()
	f.Fuzz(func(t *testing.T, before, part, after string) {
		if len(part) == 0 || len(before)+len(part)+len(after) > 4<<10 {
			t.Skip()
		}
		checkBudgets(t, c, around("", before, part, after).text(32<<10))
	})
}

// BenchmarkHostileText compares the time for 4n bytes with the time for n. The ratio should be
// below 6; a quadratic parser has 16. Run it with -benchtime 10x: it uses the fastest run.
func BenchmarkHostileText(b *testing.B) {
	c := NewConverter()
	for _, f := range families {
		b.Run(strings.ReplaceAll(f.name, " ", "-"), func(b *testing.B) {
			// Otherwise the garbage collector runs for the large text only.
			defer debug.SetGCPercent(debug.SetGCPercent(1000))
			small, large := Source{Text: f.text(maxSize/4 - 1)}, Source{Text: f.text(maxSize - 1)}
			n, n4 := time.Hour, time.Hour // the fastest run, which is least affected by other load
			for b.Loop() {
				start := time.Now()
				c.Convert(small)
				between := time.Now()
				c.Convert(large)
				n, n4 = min(n, between.Sub(start)), min(n4, time.Since(between))
			}
			b.ReportMetric(float64(n4)/float64(n), "4n/n")
			b.ReportMetric(float64(n4.Microseconds())/1000, "ms/4n")
		})
	}
}

// TestLimits tests both sides of each limit.
func TestLimits(t *testing.T) {
	table := func(columns, rows int) string {
		return strings.Repeat("a|", columns) + "\n" + strings.Repeat("-|", columns) + "\n" + strings.Repeat("|\n", rows-1)
	}
	for _, tc := range []struct {
		name, within, beyond, at, want string
	}{
		{"size", strings.Repeat("word", 64<<10), strings.Repeat("word", 64<<10) + "s", "1:1", "more than 256 KiB of Markdown"},
		{"cells", table(100, 100), table(100, 101), "1:1", "more than 10,000 table cells"},
		{"cells of several tables", table(50, 100) + "\n" + table(50, 100), table(50, 100) + "\n" + table(50, 101), "103:1", "more than 10,000 table cells"},
		{"a narrow table", table(2, 5000), table(2, 5001), "1:1", "more than 10,000 table cells"},
		{"the table of issue 17", table(10, 10), strings.Repeat("a|", 1700) + "\n" + strings.Repeat("-|", 1700) + "\n" + strings.Repeat("|\n", 1700), "1:1", "more than 10,000 table cells"},
		{"quotes", strings.Repeat(">", 100) + "a", "a\n\n" + strings.Repeat(">", 101) + "a", "3:101", "more than 100 levels of nesting"},
		{"lists", strings.Repeat("- ", 100) + "a", strings.Repeat("- ", 101) + "a", "1:201", "more than 100 levels of nesting"},
		{"lists and quotes", strings.Repeat("- > ", 50) + "a", strings.Repeat("- > ", 50) + "- a", "1:201", "more than 100 levels of nesting"},
		{"emphasis", strings.Repeat("*a **a ", 50) + strings.Repeat("** *", 50), strings.Repeat("*a **a ", 51) + strings.Repeat("a** a*", 51), "", "more than 100 levels of nesting"},
		{"paragraphs", strings.Repeat("a\n\n", 10000), strings.Repeat("a\n\n", 10001), "20001:1", "more than 10,000 paragraphs, items and lines"},
		{"lines", strings.Repeat("a\n", 10000), "b\n\n" + strings.Repeat("a\n", 10000), "3:1", "more than 10,000 paragraphs, items and lines"},
		{"marks", strings.Repeat("[a]", 250), "b\n" + strings.Repeat("[a]", 250) + "*", "2:751", "more than 500 Markdown characters in one paragraph"},
		{"marks of two paragraphs", strings.Repeat("[a]", 250) + "\n\n" + strings.Repeat("[a]", 250), "# " + strings.Repeat("`a` ", 501), "1:2003", "more than 500 Markdown characters in one paragraph"},
		{"marks of images", strings.Repeat("![a]", 250), strings.Repeat("![a]", 251), "1:1001", "more than 500 Markdown characters in one paragraph"},
		{"marks of cells", "a|b\n-|-\n" + strings.Repeat("`a`|`b`\n", 1000), "a|b\n-|-\n" + strings.Repeat("`\\|`|b\n", 501), "1:1", "more than 500 Markdown characters in one paragraph"},
		{"definitions", strings.Repeat("[a]: /b\n", 250), "[a]\n\n" + strings.Repeat("[a]: /b\n", 251), "253:1", "more than 500 Markdown characters in one paragraph"},
		{"references", "[a]: /" + strings.Repeat("b", 65535) + "\n\n" + strings.Repeat("[a] ", 4), "[a]: /" + strings.Repeat("b", 65535) + "\n\n" + strings.Repeat("[a] ", 5), "3:17", "references to more than 256 KiB of URLs"},
		{"margins", strings.Repeat("- ", 100) + strings.Repeat("a\n", 5200), strings.Repeat("- ", 100) + strings.Repeat("a\n", 5300), "1:1", "more than 1 MiB of indentation in lists"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if d, said := findings(Source{Text: tc.within, Path: "x.md"}); len(said) > 0 || strings.HasPrefix(d.HTML(under), "<pre>") {
				t.Errorf("%v, %.100q", said, d.HTML(under))
			}
			d, all := NewConverter().Convert(Source{Text: tc.beyond, Path: "x.md", FirstLine: 1})
			if len(all) != 1 || all[0].Kind != diag.MarkdownLimit || tc.at != "" && all[0].Position.String() != "x.md:"+tc.at || !strings.HasPrefix(all[0].Message, tc.want+": ") {
				t.Errorf("%v", all)
			}
			if text := strings.Trim(tc.beyond, "\n"); d.Text != text || d.HTML(under) != "<pre>\n"+escape(text)+"</pre>\n" || d.Markdown != "```\n"+text+"\n```" && !strings.Contains(text, "`") {
				t.Errorf("%.100q, %.100q, %.100q", d.Text, d.HTML(under), d.Markdown)
			}
		})
	}
}

// TestTextBeyondALimitIsSafe checks that a text shown as written is safe.
func TestTextBeyondALimitIsSafe(t *testing.T) {
	deep := strings.Repeat(">", 101) + "a\n\n"
	for _, a := range append(attacks, "```\n<script>x</script>\n```", strings.Repeat("`", 300)+"\n[a](javascript:x)", "~~~\n~~~\n<b>", "</pre><script>x</script>") {
		d, said := findings(Source{Text: deep + a, Path: "x.md"})
		if len(said) == 0 || !strings.HasPrefix(d.HTML(under), "<pre>") || strings.Count(d.HTML(under), "<") != 2 {
			t.Errorf("%q: %v, %q", a, said, d.HTML(under))
		}
		checkSafe(t, deep+a)
	}
}
