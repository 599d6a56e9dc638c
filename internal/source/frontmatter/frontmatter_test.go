package frontmatter

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/diag"
)

// dump formats a tree with the position of every key and value, one per line.
func dump(n *Node) string {
	var b strings.Builder
	var walk func(n *Node, path string)
	walk = func(n *Node, path string) {
		kind := [...]string{"null", "map", "list", "text", "integer", "float", "bool", "time"}[n.Kind]
		fmt.Fprintf(&b, "%s %d:%d %s %q", path, n.Line, n.Column, kind, n.Text)
		if n.Quoted {
			b.WriteString(" quoted")
		}
		b.WriteByte('\n')
		for _, e := range n.Entries {
			walk(e.Value, fmt.Sprintf("%s.%s@%d:%d", path, e.Key, e.Line, e.Column))
		}
		for i, item := range n.Items {
			walk(item, fmt.Sprintf("%s[%d]", path, i))
		}
	}
	walk(n, "")
	return b.String()
}

func TestYAML(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"plain", "title: API down\nseverity: P0\ndate: 2026-10-02T10:04:00Z\ncomponents: [api, web]\n", `
 2:1 map ""
.title@2:1 2:8 text "API down"
.severity@3:1 3:11 text "P0"
.date@4:1 4:7 time "2026-10-02T10:04:00Z"
.components@5:1 5:13 list ""
.components@5:1[0] 5:14 text "api"
.components@5:1[1] 5:19 text "web"
`},
		{"quoted and nested", "title: \"a: b\"\ncomponents:\n  api: major_outage\n  web: 'x'\ndraft: true\nn: -3\nf: 0.5\nnothing: ~\n", `
 2:1 map ""
.title@2:1 2:8 text "a: b" quoted
.components@3:1 4:3 map ""
.components@3:1.api@4:3 4:8 text "major_outage"
.components@3:1.web@5:3 5:8 text "x" quoted
.draft@6:1 6:8 bool "true"
.n@7:1 7:4 integer "-3"
.f@8:1 8:4 float "0.5"
.nothing@9:1 9:10 null "~"
`},
		{"a key twice", "a: 1\na: 2\n", `
 2:1 map ""
.a@2:1 2:4 integer "1"
.a@3:1 3:4 integer "2"
`},
		{"block text", "impact: |\n  one\n  two\n", `
 2:1 map ""
.impact@2:1 2:9 text "one\ntwo\n" quoted
`},
		{"alias", "a: &x [b]\nc: *x\n", `
 2:1 map ""
.a@2:1 2:4 list ""
.a@2:1[0] 2:8 text "b"
.c@3:1 3:4 list ""
.c@3:1[0] 2:8 text "b"
`},
		{"empty", "", "\n 2:1 map \"\"\n"},
		{"comment only", "# nothing\n", "\n 2:1 map \"\"\n"},
		{"null", "~\n", "\n 2:1 map \"~\"\n"},
		{"scalar", "words\n", "\n 2:1 text \"words\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := YAML([]byte(c.src), 2)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, "\n"+dump(n)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTOML(t *testing.T) {
	src := "title = \"Crier\"\nn = 1_000\nf = 0.3\nday = 2026-10-02\nat = 2026-10-02T10:04:00Z\nyes = true\nlist = [\n  \"a\",  # one\n  'b',\n]\nempty = []\nin = {a = 1, b.c = 2}\n" +
		"[severity.P2]\npublish = \"1h\"\n[[groups]]\nid = \"one\"\n[[groups]]\nid = \"two\"\n[groups.more]\nx = 1\n"
	n, err := TOML([]byte(src), 1)
	if err != nil {
		t.Fatal(err)
	}
	want := ` 1:1 map ""
.title@1:1 1:9 text "Crier" quoted
.n@2:1 2:5 integer "1000"
.f@3:1 3:5 float "0.3"
.day@4:1 4:7 time "2026-10-02"
.at@5:1 5:6 time "2026-10-02T10:04:00Z"
.yes@6:1 6:7 bool "true"
.list@7:1 8:3 list ""
.list@7:1[0] 8:3 text "a" quoted
.list@7:1[1] 9:3 text "b" quoted
.empty@11:1 11:1 list ""
.in@12:1 12:7 map ""
.in@12:1.a@12:7 12:11 integer "1"
.in@12:1.b@12:14 12:14 map ""
.in@12:1.b@12:14.c@12:16 12:20 integer "2"
.severity@13:2 13:2 map ""
.severity@13:2.P2@13:11 13:11 map ""
.severity@13:2.P2@13:11.publish@14:1 14:11 text "1h" quoted
.groups@15:3 15:3 list ""
.groups@15:3[0] 15:3 map ""
.groups@15:3[0].id@16:1 16:6 text "one" quoted
.groups@15:3[1] 17:3 map ""
.groups@15:3[1].id@18:1 18:6 text "two" quoted
.groups@15:3[1].more@19:9 19:9 map ""
.groups@15:3[1].more@19:9.x@20:1 20:5 integer "1"
`
	if d := cmp.Diff(want, dump(n)); d != "" {
		t.Error(d)
	}
}

func TestSyntaxErrors(t *testing.T) {
	deepYAML := strings.Repeat("[", 20) + strings.Repeat("]", 20)
	for _, c := range []struct {
		name, src    string
		toml         bool
		line, column int
		message      string
		deep         bool
	}{
		{name: "unclosed quote", src: "a: b\nc: \"d\n", line: 3, column: 4, message: "while scanning a quoted scalar: no end was found"},
		{name: "a colon too many", src: "title: a: b\n", line: 2, column: 9},
		{name: "a tab", src: "a:\n\tb: c\n", line: 3, column: 1},
		{name: "merge key", src: "a: &a {b: c}\nd:\n  <<: *a\n", line: 4, column: 3, message: "merge keys (<<) are not supported"},
		{name: "list as a key", src: "? [a, b]\n: c\n", line: 2, column: 3, message: "a key must be a word"},
		{name: "deep", src: "a: " + deepYAML, line: 2, column: 12, message: "nested deeper than 8 levels", deep: true},
		{name: "aliases", src: "a: &a b\nc: [" + strings.Repeat("*a, ", 11) + "]\n", line: 3, column: 45, message: "more than 10 aliases", deep: true},
		{name: "a bomb", src: "a: &a [" + strings.Repeat("x,", 99) + "x]\nb: &b [" + strings.Repeat("*a,", 99) + "*a]\n", line: 3, column: 38, message: "more than 10 aliases", deep: true},
		{name: "unknown alias", src: "a: *b\n", line: 2, column: 4},
		{name: "bad TOML", src: "a = \n", toml: true, line: 2, column: 5},
		{name: "TOML key twice", src: "a = 1\na = 2\n", toml: true, line: 3, column: 1},
		{name: "deep TOML", src: "a = " + deepYAML, toml: true, message: "nested deeper than 8 levels, or more than 20000 values", deep: true},
		{name: "deep TOML keys", src: strings.Repeat("a.", 9) + "a = 1", toml: true, line: 2, message: "nested deeper than 8 levels", deep: true},
		{name: "deep TOML table", src: "[" + strings.Repeat("a.", 9) + "a]", toml: true, line: 2, message: "nested deeper than 8 levels", deep: true},
		{name: "many", src: "a: [" + strings.Repeat("x,", MaxNodes) + "x]\n", line: 2, message: "more than 20000 values", deep: true},
		{name: "many TOML", src: "a = [" + strings.Repeat("1,", MaxNodes) + "1]\n", toml: true, line: 2, message: "nested deeper than 8 levels, or more than 20000 values", deep: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := YAML
			if c.toml {
				read = TOML
			}
			n, err := read([]byte(c.src), 2)
			if err == nil {
				t.Fatalf("it is read: %s", dump(n))
			}
			e := err.(*SyntaxError)
			if c.line > 0 && e.Line != c.line || c.column > 0 && e.Column != c.column || c.message != "" && e.Error() != c.message || e.TooDeep != c.deep {
				t.Errorf("%d:%d %q (deep: %v), want %d:%d %q", e.Line, e.Column, e.Message, e.TooDeep, c.line, c.column, c.message)
			}
		})
	}
}

func TestFields(t *testing.T) {
	n, err := YAML([]byte("titel: x\ndate:\nstatus: a\nstatus: b\n"), 2)
	if err != nil {
		t.Fatal(err)
	}
	d := Decoder{Path: "a.md"}
	var got []string
	take := func(n *Node) { got = append(got, n.Text) }
	d.Fields(n, "front matter", []Field{{Key: "title", Decode: take}, {Key: "status", Decode: take}, {Key: "date", Decode: take}})
	if !reflect.DeepEqual(got, []string{"b"}) {
		t.Errorf("%q, want the last value only, and none for null", got)
	}
	var said []string
	for _, f := range d.Findings {
		said = append(said, f.String())
	}
	want := []string{
		"a.md:2:1: unknown key \"titel\"\n  hint: did you mean \"title\"?",
		"a.md:5:1: \"status\" is set twice, first in line 4\n  hint: keep one of the two",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	d = Decoder{}
	d.Fields(&Node{Kind: List}, "a component", nil)
	if len(d.Findings) != 1 || d.Findings[0].Message != "a list where a component belongs" {
		t.Errorf("%v", d.Findings)
	}
}

// one decodes a single value and returns it with the message and hint of each finding.
func one[T any](src string, zone *time.Location, decode func(*Decoder, *Node) (T, bool)) (value T, said string) {
	root, err := YAML([]byte("k: "+src+"\n"), 1)
	if err != nil {
		return value, err.Error()
	}
	d := Decoder{Path: "f", Zone: zone}
	value, ok := decode(&d, root.Entries[0].Value)
	if ok != (len(d.Findings) == 0) {
		return value, "ok and findings disagree"
	}
	for _, f := range d.Findings {
		said += f.Message + " | " + f.Hint
	}
	return value, said
}

func TestInstant(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for src, want := range map[string]string{
		"2026-10-02T10:04:00Z":        "2026-10-02T10:04:00Z",
		"2026-10-02T10:04:00.5Z":      "2026-10-02T10:04:00.5Z",
		"2026-10-02T12:04:00+02:00":   "2026-10-02T10:04:00Z",
		"'2026-10-02T12:04:00+02:00'": "2026-10-02T10:04:00Z",
	} {
		got, said := one(src, berlin, (*Decoder).Instant)
		if said != "" || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %s, %s", src, got, said)
		}
	}
	for src, want := range map[string]string{
		"2026-10-02T10:04:00":        `"2026-10-02T10:04:00" is not a date in RFC 3339 with an offset | write 2026-10-02T10:04:00+02:00, if that is the zone you mean`,
		"2026-12-02 10:04":           `"2026-12-02 10:04" is not a date in RFC 3339 with an offset | write 2026-12-02T10:04:00+01:00, if that is the zone you mean`,
		"2026-10-2 9:4":              `"2026-10-2 9:4" is not a date in RFC 3339 with an offset | write 2026-10-02T09:04:00+02:00, if that is the zone you mean`,
		"2026-10-02":                 `"2026-10-02" is not a date in RFC 3339 with an offset | write 2026-10-02T00:00:00+02:00, if that is the zone you mean`,
		"2026-10-02 10:04:00 UTC":    `"2026-10-02 10:04:00 UTC" is not a date in RFC 3339 with an offset | write 2026-10-02T10:04:00Z`,
		"2026-10-02T10:04:00+0200":   `"2026-10-02T10:04:00+0200" is not a date in RFC 3339 with an offset | write 2026-10-02T10:04:00+02:00`,
		"2026-10-02T10:04:00-5":      `"2026-10-02T10:04:00-5" is not a date in RFC 3339 with an offset | write 2026-10-02T10:04:00-05:00`,
		"2026-10-02T10:04:00+053":    `"2026-10-02T10:04:00+053" is not a date | write it like 2026-10-02T10:04:00Z`,
		"2026-02-30T10:04:00Z":       `"2026-02-30T10:04:00Z" is a date that does not exist | write it like 2026-10-02T10:04:00Z`,
		"2026-10-02T25:04:00Z":       `"2026-10-02T25:04:00Z" is a date that does not exist | write it like 2026-10-02T10:04:00Z`,
		"0001-01-01T00:00:00Z":       `"0001-01-01T00:00:00Z" is a date that does not exist | write it like 2026-10-02T10:04:00Z`,
		"yesterday":                  `"yesterday" is not a date | write it like 2026-10-02T10:04:00Z`,
		"02.10.2026":                 `"02.10.2026" is not a date | write it like 2026-10-02T10:04:00Z`,
		"[2026-10-02T10:04:00Z]":     `a list where a date belongs | write it like 2026-10-02T10:04:00Z`,
		"{a: b}":                     `a map of keys where a date belongs | write it like 2026-10-02T10:04:00Z`,
		"1759399440":                 `"1759399440" is not a date | write it like 2026-10-02T10:04:00Z`,
		"'2026-10-02T10:04:00 GMT '": `"2026-10-02T10:04:00 GMT " is not a date in RFC 3339 with an offset | write 2026-10-02T10:04:00Z`,
	} {
		if _, said := one(src, berlin, (*Decoder).Instant); said != want {
			t.Errorf("%s:\n got %s\nwant %s", src, said, want)
		}
	}
	if _, said := one("2026-10-02", nil, (*Decoder).Instant); !strings.Contains(said, "write 2026-10-02T00:00:00Z") {
		t.Error(said)
	}
}

func TestDay(t *testing.T) {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	got, said := one("2026-10-02", berlin, (*Decoder).Day)
	if said != "" || got.Format(time.RFC3339) != "2026-10-02T00:00:00+02:00" {
		t.Error(got, said)
	}
	got, said = one("2026-10-02", nil, (*Decoder).Day)
	if said != "" || got.Format(time.RFC3339) != "2026-10-02T00:00:00Z" {
		t.Error(got, said)
	}
	for src, want := range map[string]string{
		"2026-13-02":           "2026-13-02 is not a day | write it like 2025-01-31",
		"2026-10-02T00:00:00Z": "2026-10-02T00:00:00Z is not a day | write it like 2025-01-31",
		"soon":                 `"soon" is not a day | write it like 2025-01-31`,
		"[]":                   "a list is not a day | write it like 2025-01-31",
	} {
		if _, said := one(src, nil, (*Decoder).Day); said != want {
			t.Errorf("%s: %s, want %s", src, said, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for src, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "30m": 30 * time.Minute, "1h30m": 90 * time.Minute, "7d": 7 * 24 * time.Hour, "2w": 14 * 24 * time.Hour, "0.5h": 30 * time.Minute,
	} {
		got, said := one(src, nil, (*Decoder).Duration)
		if said != "" || got != want {
			t.Errorf("%s: %s, %s", src, got, said)
		}
	}
	plain := `write it like "90s", "30m", "1h30m" or "7d"`
	for src, want := range map[string]string{
		"30 minutes": `"30 minutes" is not a duration | write "30m"`,
		"1hour":      `"1hour" is not a duration | write "1h"`,
		"2 Days":     `"2 Days" is not a duration | write "2d"`,
		"30":         "30 is not a duration | " + plain,
		"-1h":        `"-1h" is not a duration | ` + plain,
		"0m":         `"0m" is not a duration | write "0m"`,
		"soon":       `"soon" is not a duration | ` + plain,
		"1y":         `"1y" is not a duration | ` + plain,
		"9999999h":   `"9999999h" is not a duration | write "9999999h"`,
		"''":         `"" is not a duration | ` + plain,
		"[1h]":       "a list is not a duration | " + plain,
	} {
		if _, said := one(src, nil, (*Decoder).Duration); said != want {
			t.Errorf("%s:\n got %s\nwant %s", src, said, want)
		}
	}
}

func TestBoolNumberTextTexts(t *testing.T) {
	for src, want := range map[string]string{
		"true":   "",
		"False":  "",
		"yes":    `"yes" where true or false belongs | write true`,
		"0":      "0 where true or false belongs | write false",
		"maybe":  `"maybe" where true or false belongs | write true or false`,
		"[true]": "a list where true or false belongs | write true or false",
	} {
		if _, said := one(src, nil, (*Decoder).Bool); said != want {
			t.Errorf("%s: %s, want %s", src, said, want)
		}
	}
	if b, _ := one("TRUE", nil, (*Decoder).Bool); !b {
		t.Error("TRUE is false")
	}
	for src, want := range map[string]string{"3": "", "0.3": "", "-1e3": "", "x": `"x" where a number belongs | write it like 1 or 0.3, without quotes`, "''": `"" where a number belongs | write it like 1 or 0.3, without quotes`, "{}": "a map of keys where a number belongs | write it like 1 or 0.3, without quotes"} {
		if _, said := one(src, nil, (*Decoder).Number); said != want {
			t.Errorf("%s: %s, want %s", src, said, want)
		}
	}
	for src, want := range map[string]string{"x": "", "3": "", "true": "", "''": "", "[a]": "a list where a text belongs | write one text; put it in quotes if it contains a colon or a bracket", "~": "nothing where a text belongs | write one text; put it in quotes if it contains a colon or a bracket"} {
		if _, said := one(src, nil, (*Decoder).Text); said != want {
			t.Errorf("%s: %s, want %s", src, said, want)
		}
	}
	for src, want := range map[string]string{"x": "", "[a, b]": "", "{a: b}": "a map of keys where a list belongs | write it like [one, two]"} {
		texts := func(d *Decoder, n *Node) ([]*Node, bool) { texts := d.Texts(n); return texts, texts != nil }
		if _, said := one(src, nil, texts); said != want {
			t.Errorf("%s: %s, want %s", src, said, want)
		}
	}
	d := Decoder{}
	n, _ := YAML([]byte("k: [a, [b], c]"), 1)
	texts := d.Texts(n.Entries[0].Value)
	if len(texts) != 2 || len(d.Findings) != 1 || d.Findings[0].Kind != diag.WrongType {
		t.Error(texts, d.Findings)
	}
}

func TestLooksLikeDate(t *testing.T) {
	for text, want := range map[string]bool{
		"2026-10-02T10:04:00Z": true, "2026-10-02": true, " 2026-1-2 10:00 ": true,
		"within the hour": false, "2026": false, "10:00": false, "2026-10-02 or later": false,
	} {
		if got := LooksLikeDate(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestSimpleYAMLAgreesWithTheLibrary checks that simpleYAML reads plain front matter in
// the same way as the library.
func TestSimpleYAMLAgreesWithTheLibrary(t *testing.T) {
	for _, src := range plainCases {
		checkAgreement(t, src)
	}
	if new(Reader).simpleYAML([]byte("title: API down\nseverity: P0\n# why\n\ncomponents: [api, web-1]\n"), 2) == nil {
		t.Error("the fast path does not take plain front matter")
	}
	if new(Reader).simpleYAML([]byte("components: {api: partial_outage,  web-1 :  operational }\n"), 2) != nil {
		t.Error("the fast path takes a space before a colon")
	}
	if new(Reader).simpleYAML([]byte("components: {api: partial_outage, web-1:  operational }\n"), 2) == nil {
		t.Error("the fast path does not take a plain map")
	}
}

var plainCases = []string{
	"title: API down\nseverity: P0\ncomponents: [api, web]\ndate: 2026-10-02T10:04:00Z\n",
	"a: b", "a:  b\n", "a: b \n", "a: b:\n", "a: b: c\n", "a: b #c\n", "a: b#c\n", "a: [ b , c ]\n", "a: [b,]\n", "a: []\n", "a: true\nb: no\n",
	"a: 1\nb: 1.5\nc: 0x1f\nd: 1e3\n", "a: null\n", "a: b\n---\nc: d\n", "a: b\n...\n", "a: b\n# x\n\nc: d\n", "a: b\n c\n", "a: b\r\n", "a.b: c\n", "a: 2026-10-02 10:04\n",
	"a: b\n \n", "a: ! b\n", "a: b, c\n", "a: x & y * z % @ ` ! | >\n", "--- a: b\n", "a: 'b'\n", "true: b\n", "null: x\n", "a: b\na: c\n", "a: - b\n", "a: b - c\n", "a: [true, 1, null]\n",
	"a: y\\z \"q\" 'r'\n", "y: n\n", "a: b\t\n", "a: ? b\n", "a: 0o17\n", "a: .5\n", "a: 1_000\n", "a: 12:30:45\n", "a: ~\n", "a: [a b]\n", "a: =\n", "a: <<\n", "<<: a\n",
	"a: {b: c}\n", "a: { b:  c ,  d: e }\n", "a: {}\n", "a: {b}\n", "a: {b: }\n", "a: {b:c}\n", "a: {b: c,}\n", "a: {b: c: d}\n", "a: {b: c d}\n", "a: {b: 1}\n", "a: {true: null}\n",
	"a: {b : c}\n", "a: {b: c, b: d}\n", "a: {b: {c: d}}\n", "a: {b: c} \n", "a: {b: c}}\n", "a: {- b: c}\n", "a: {b: - c}\n", "a: {y: n}\n",
}

// checkAgreement fails if simpleYAML accepts a text but reads it differently from the library.
func checkAgreement(t *testing.T, src string) {
	t.Helper()
	fast := new(Reader).simpleYAML([]byte(src), 2)
	if fast == nil {
		return
	}
	// The quoted empty key forces the use of the library.
	slow, err := YAML([]byte("\"\": 1\n"+src), 1)
	if err != nil {
		t.Fatalf("%q is taken, but the library says: %v", src, err)
	}
	slow.Entries = slow.Entries[1:]
	slow.Line, slow.Column = fast.Line, fast.Column
	if d := cmp.Diff(dump(slow), dump(fast)); d != "" {
		t.Errorf("%q is read differently (-library +ours):\n%s", src, d)
	}
}

// TestReaderIsReusable checks that one Reader parses short and long documents in turn without
// mixing them up.
func TestReaderIsReusable(t *testing.T) {
	var r Reader
	for _, src := range append(plainCases, plainCases...) {
		want, wantErr := YAML([]byte(src), 2)
		got, err := r.YAML([]byte(src), 2)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: %v, want %v", src, err, wantErr)
		}
		if err == nil {
			if d := cmp.Diff(dump(want), dump(got)); d != "" {
				t.Errorf("%q: %s", src, d)
			}
		}
	}
}

func FuzzYAML(f *testing.F) {
	for _, src := range plainCases {
		f.Add([]byte(src))
	}
	for _, src := range []string{"title: a: b\n\tdraft: true\n", "title: \"x\nhold:30m\n", "components:\n\t- api\n", "a: b\n...\ndraft: ture\n", "a: [b] c\n<<: *b\n"} {
		f.Add([]byte(src))
	}
	f.Add([]byte("a: &a [b]\nc: *a\nd: {e: 'f', g: \"h\"}\ni: |\n  j\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		checkAgreement(t, string(src))
		checkTree(t, src, YAML)
		checkLenient(t, src, new(Reader).Lenient)
	})
}

func FuzzTOML(f *testing.F) {
	f.Add([]byte("title = \"x\"\n[a.b]\nc = [1, 2.5, true, 2026-10-02]\n[[d]]\ne = {f = 'g'}\n"))
	f.Add([]byte("title = a b\ndraft = yes\ndraft = no\n"))
	f.Add([]byte("a.b.c = 1\na.d = '''\nx'''\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		checkTree(t, src, TOML)
		checkLenient(t, src, LenientTOML)
	})
}

// checkTree parses a text and fails if a position lies outside it or the tree is too deep.
func checkTree(t *testing.T, src []byte, read func([]byte, int) (*Node, error)) {
	lines := strings.Count(string(src), "\n") + strings.Count(string(src), "\r") + strings.Count(string(src), "\u2028") + strings.Count(string(src), "\u2029") + strings.Count(string(src), "\u0085") + 2
	n, err := read(src, 1)
	if err != nil {
		if e := err.(*SyntaxError); e.Line < 1 || e.Column < 1 || e.Message == "" {
			t.Errorf("%q: %+v", src, e)
		}
		return
	}
	var walk func(*Node, int)
	walk = func(n *Node, depth int) {
		if n.Line < 1 || n.Line > lines || n.Column < 1 || depth > MaxDepth+1 {
			t.Errorf("%q: a value at %d:%d, depth %d", src, n.Line, n.Column, depth)
		}
		for _, e := range n.Entries {
			walk(e.Value, depth+1)
		}
		for _, item := range n.Items {
			walk(item, depth+1)
		}
	}
	walk(n, 0)
}
