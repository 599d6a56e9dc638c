package compiled

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"math/rand"
	"strings"
	"testing"
	"time"
)

// level is a kind with a name, as severities are.
type level uint8

func (l level) String() string { return [...]string{"", "low <&>", "high"}[l] }

type ref string

type part struct {
	Name  string
	Level level
	Page  ref
	Sub   *part
	Since time.Time
	HTML  template.HTML
}

func (p part) Title() string            { return "«" + p.Name + "»" }
func (p *part) Deep(n int) string       { return strings.Repeat(p.Name, n) }
func (p part) With(r ref, s string) ref { return r + "/" + ref(s) }
func (p part) Fails() (string, error)   { return "", errors.New("it fails") }
func (p part) Panics() string           { panic("it panics") }
func (p part) Sum(of ...int) (sum int)  { return len(of) }
func (p part) Is(other level) bool      { return p.Level == other }

type embedded struct{ Kind string }

type view struct {
	*part
	embedded
	Any   any
	Nil   any
	None  *part
	Parts []part
	Ptrs  []*part
	Anys  []any
	Array [2]int
	Words []string
	Map   map[string]int
	Yes   bool
	N     int
	U     uint8
	F     float64
	JS    template.JS
	URL   string
	when  time.Time
	Func  func() string
}

var functions = map[string]any{
	"words": func(key string, pairs ...any) (template.HTML, error) {
		if key == "" {
			return "", errors.New("no key")
		}
		return template.HTML("<b>" + key + fmt.Sprint(pairs...) + "</b>"), nil
	},
	"name":   func(l level) string { return l.String() },
	"time":   func(t time.Time) template.HTML { return template.HTML(t.Format("<i>2006</i>")) },
	"ref":    func(r ref) ref { return "#" + r },
	"both":   func(p *part, v any) view { return view{part: p, Any: v} },
	"fails":  func() (string, error) { return "x", errors.New("it fails") },
	"list":   func(s ...string) []string { return s },
	"any":    func(v any) any { return v },
	"int":    func(n int8) int { return int(n) },
	"markup": func() template.HTML { return "<u>&amp;</u>" },
}

var options = Options{
	Functions: functions, Pure: map[string]bool{"words": true, "ref": true, "markup": true, "list": true},
	Calls: []Call{Call0[template.HTML](), Call1[level, string](), Call1[time.Time, template.HTML](), Call1[part, string](), Call1[any, any](), CallWords[string, template.HTML](),
		Call2[*part, int, string](), Call2[*part, any, view](), Call1[time.Time, bool](), Call2[part, level, bool](), Call1[level, string]()},
}

func sample() view {
	sub := &part{Name: "sub & co", Level: 1, Page: "a/b c", Since: time.Unix(0, 0).UTC(), HTML: `<em title="x+y">&</em>`}
	p := part{Name: `n<>"'+&` + "\x00\xff", Level: 2, Page: "x/y.html", Sub: sub}
	return view{part: &p, embedded: embedded{"kind"}, Any: p, Parts: []part{p, *sub, {}}, Ptrs: []*part{sub, nil, &p}, Array: [2]int{4, 5},
		Anys:  []any{nil, "", "a+b", template.HTML("<s>h</s>"), template.JS("f(1)"), template.URL("javascript:x"), 7, -1, 1.5, true, sub, p, level(1), &p, ref("r"), time.Unix(0, 0).UTC(), errors.New("<e>"), []string{"z"}, uint8(3)},
		Words: []string{"one", "two"}, Map: map[string]int{"a": 1}, Yes: true, N: 3, U: 200, F: 2.5, JS: "g()", URL: "https://example.com/a/b-c.html", when: time.Unix(9, 0), Func: func() string { return "called" }}
}

// handled are templates that need no help; asked are those that html/template is asked about, for an output or an error.
var handled = []string{
	`plain text`, ``, `{{.Name}}`, `{{.Kind}}`, `{{.Sub.Name}} {{.Sub.Page}} {{.Sub.HTML}}`,
	`{{.Title}} {{.Deep 2}} {{.Sub.Deep 3}} {{.With "p" "q"}} {{.Sum 1 2 3}} {{.Sum}} {{.Is 2}}`,
	`{{if .Yes}}y{{else}}n{{end}}{{if .None}}y{{else if .N}}n{{else}}m{{end}}{{if .Nil}}y{{end}}{{if .Any}}a{{end}}{{if .F}}f{{end}}{{if .Array}}r{{end}}`,
	`{{with .Sub}}{{.Name}}{{$.Name}}{{else}}none{{end}}{{with .None}}x{{else}}{{.Name}}{{end}}{{with $x := .N}}{{$x}}{{.}}{{end}}`,
	`{{range .Parts}}{{.Name}},{{.Level}};{{else}}none{{end}}{{range $i, $p := .Parts}}{{$i}}{{$p.Title}}{{.Level}}{{end}}{{range $w := .Words}}{{$w}}{{.}}{{end}}`,
	`{{range .Anys}}[{{.}}]{{end}}`, `{{range .Anys}}<p title="{{.}}" class='{{.}}'>{{end}}`, `{{range .Anys}}<a href="{{.}}">{{end}}`, `{{range .Anys}}<a href="{{.}}x{{.}}?q={{.}}#{{.}}">{{end}}`,
	`{{range .Array}}{{.}}{{end}}`, `{{range .Words}}{{if eq . "two"}}{{break}}{{end}}{{.}}{{end}}`, `{{range .Words}}{{if eq . "one"}}{{continue}}{{end}}{{.}}{{end}}`,
	`{{range .Words}}{{range $.Words}}{{break}}{{end}}{{.}}{{end}}`,
	`{{define "t"}}{{.Name}}{{$}}{{end}}{{template "t" .Sub}}`, `{{define "r"}}{{.Name}}{{with .Sub}}{{template "r" .}}{{end}}{{end}}{{template "r" .}}`, `{{define "e"}}[{{.}}]{{end}}{{template "e"}}`,
	`{{$a := .Name}}{{if true}}{{$a := .N}}{{$a}}{{$b := 1}}{{$b}}{{end}}{{$a}}{{with .Sub}}{{$c := .}}{{$c.Name}}{{end}}`,
	`{{eq .N 3}} {{eq .U 200}} {{eq .Kind "kind" "x"}} {{ne .Level .Sub.Level}} {{eq .Yes true}} {{eq .Page "x/y.html"}} {{not .Yes}} {{and .Yes .N}} {{or .None .Kind}} {{and .Yes ""}} {{or "" 0}}`,
	`{{len .Parts}} {{len .Name}} {{index .Words 1}} {{(index .Parts 0).Title}} {{len .Map}}`,
	`{{words "a"}} {{words "a" "b" (words "c")}} {{words .Name .N .Any.Name}} {{name .Level}} {{time .Sub.Since}} {{ref "x"}} {{ref .Page}} {{markup}}`,
	`<p title="{{words "a"}}{{markup}}{{name .Level}}" id='{{words "b"}}'>{{.Level}}</p>`, `<a href="#{{.Kind}}"></a><a href="{{.Page}}"></a><a href="{{.URL}}"></a><a href="x/{{.Name}}"></a><a href="{{ref "q r"}}"></a>`,
	`{{with both .Sub .Sub}}{{.Any.Name}}{{.Name}}{{end}}`, `{{(both .Sub .N).Any}} {{any .Name}} {{any .Sub.Name | any}} {{.Level | name}} {{int 5}} {{int 5 | any}}`,
	`{{range list "a" .Kind}}{{.}}{{end}}{{range list}}x{{else}}none{{end}}`, `{{/* a comment */}}x{{- " y" -}}  z`, `{{.Any.Name}}{{.Any.Title}}{{with .Any}}{{.Sub.Name}}{{end}}`,
	`<script type="application/ld+json">{{.Words}}{{.Name}}</script>`, `<title>{{.Name}}{{markup}}</title>`, `<p title="{{block "in" .}}{{.Name}}-{{with .Sub}}{{.Name}}{{end}}{{end}}">{{.Name}}`,
	`{{range .Ptrs}}{{with .}}{{.Name}}{{end}}{{end}}`, `{{.Since.IsZero}} {{.Sub.Since.IsZero}} {{true}} {{"a<b"}} {{1}} {{-7}}`, `{{with "lit"}}{{.}}{{len .}}{{end}}{{with 5}}{{.}}{{end}}`,
}

var asked = []string{
	`{{.Nope}}`, `{{.None.Name}}`, `{{.Fails}}`, `{{fails}}`, `{{.Panics}}`, `{{words ""}}`, `{{.when}}`, `{{.Nil.X}}`, `{{index .Words 9}}`, `{{index .Map "a"}}`, `{{printf "%d" .N}}`, `{{.Map.a}}`,
	`{{range .Map}}{{.}}{{end}}`, `{{range 3}}{{.}}{{end}}`, `{{$x := 1}}{{$x = 2}}{{$x}}`, `{{int 500}}`, `{{int .N}}`, `{{ref .Kind}}`, `{{ref "x" "y"}}`, `{{.Name 1}}`, `{{.N.X}}`,
	`{{eq .Kind 1}}`, `{{eq .Parts .Parts}}`, `{{define "d"}}{{template "d" .}}{{end}}{{if .Nil}}{{template "d" .}}{{end}}{{len .N}}`, `{{call .Func}}`, `<p onclick="f({{.N}})">`, `<p title={{.Name}}>`, `{{lt 1 2}}`, `{{1.5}}`, `{{'a'}}`,
	`{{with "lit"}}{{ref .}}{{end}}`, `{{range .N}}{{.}}{{end}}`, `{{template "absent" .}}`, `{{.Deep "x"}}`, `{{nil}}`, `{{slice .Name 1 2}}`,
}

// TestItWritesWhatHTMLTemplateWrites compares templates in all kinds of places.
func TestItWritesWhatHTMLTemplateWrites(t *testing.T) {
	compare(t, handled, true)
	compare(t, asked, false)
}

func compare(t *testing.T, sources []string, alone bool) {
	t.Helper()
	for _, source := range sources {
		theirs, err := template.New("page").Funcs(functions).Parse(source)
		if err != nil {
			if alone {
				t.Errorf("%s: %v", source, err)
			}
			continue
		}
		ours := template.Must(template.New("page").Funcs(functions).Parse(source))
		data := sample()
		var want strings.Builder
		failed := theirs.Execute(&want, &data)
		compiled, err := Compile(ours, "page", options)
		if err != nil {
			if alone {
				t.Errorf("%s: %v", source, err)
			}
			continue
		}
		for range 2 { // the second time it knows the types
			out, ok := compiled.Append([]byte("before "), &data)
			switch {
			case ok && failed != nil:
				t.Errorf("%s: wrote %q where html/template says: %v", source, out, failed)
			case ok && string(out) != "before "+want.String():
				t.Errorf("%s:\ngot  %q\nwant %q", source, out[len("before "):], want.String())
			case !ok && string(out) != "before ":
				t.Errorf("%s: wrote %q, and then gave up", source, out)
			case ok != alone:
				t.Errorf("%s: ok is %v", source, ok)
			}
		}
		var after strings.Builder // the set is still good for html/template
		if err := ours.Execute(&after, &data); (err == nil) != (failed == nil) || err == nil && after.String() != want.String() {
			t.Errorf("%s: after compiling, html/template writes %q, %v", source, after.String(), err)
		}
	}
}

// TestEscapesAreThose compares what is written of all kinds of texts in all kinds of places.
func TestEscapesAreThose(t *testing.T) {
	texts := []string{"", "javascript:alert(1)", "https://example.com/a?b=c&d#e", "//x", "mailto:a@b", "HTTPS://x", "https://", "a:b", "/a:b", "https:/x", "\u2028 é 漢 😀", "\xed\xa0\x80", "%41%zz", "]]>", "</script>", "<!-- x -->"}
	random := rand.New(rand.NewSource(1))
	for range 2000 {
		b := make([]byte, random.Intn(12))
		for i := range b {
			b[i] = "abcXYZ019-._~/:#?&=%+<>\"' \x00\x7f\xc3\xa9\xff"[random.Intn(31)]
		}
		texts = append(texts, string(b))
	}
	for _, e := range escapers() {
		source := e.before + "{{.}}" + e.after
		theirs := template.Must(template.New("page").Parse(source))
		ours, err := Compile(template.Must(template.New("page").Parse(source)), "page", Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			for _, data := range []any{text, ref(text), template.HTML(text), &text} {
				var want strings.Builder
				if err := theirs.Execute(&want, data); err != nil {
					t.Fatal(err)
				}
				if got, ok := ours.Append(nil, data); !ok || string(got) != want.String() {
					t.Errorf("%s of %T %q: got %q, %v, want %q", source, data, text, got, ok, want.String())
				}
			}
		}
	}
}

// BenchmarkTemplate runs one template both ways.
func BenchmarkTemplate(b *testing.B) {
	const source = `<h1>{{.Name}}</h1>{{range .Parts}}<p class="s-{{.Level}}" id="{{.Name}}"><a href="{{.Page}}">{{.Title}}</a> {{time .Since}} {{words "k" .Name}}{{if .Since.IsZero}}!{{end}}</p>{{end}}`
	data := sample()
	b.Run("html", func(b *testing.B) {
		t := template.Must(template.New("page").Funcs(functions).Parse(source))
		for b.Loop() {
			if err := t.Execute(io.Discard, &data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportAllocs()
	})
	b.Run("compiled", func(b *testing.B) {
		t, err := Compile(template.Must(template.New("page").Funcs(functions).Parse(source)), "page", options)
		if err != nil {
			b.Fatal(err)
		}
		var out []byte
		for b.Loop() {
			var ok bool
			if out, ok = t.Append(out[:0], &data); !ok {
				b.Fatal("it needs help")
			}
		}
		b.ReportAllocs()
	})
}
