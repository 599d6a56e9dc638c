package theme

import (
	"errors"
	"html/template"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
)

// TestLeanTemplatesSayTheSame renders what stands in all kinds of places with and without lean.
func TestLeanTemplatesSayTheSame(t *testing.T) {
	functions := map[string]any{
		"t": func(key string, _ ...any) (template.HTML, error) {
			return template.HTML(template.HTMLEscapeString(key + ` <b> & "quoted" + 'so'`)), nil
		},
		"time":   func(time.Time) template.HTML { return `<time datetime="2026-10-01T10:00:00+02:00">noon</time>` },
		"policy": func() string { return "default-src 'none' +" },
		"status": func(s incident.Status) string { return s.String() + ` <b> & "quoted" + 'so'` + "\x00" },
	}
	for name, f := range escapingFunctions(functions) {
		functions[name] = f
	}
	const text = `<meta content="{{policy}}">{{define "inner"}}{{status .S}} {{t "inner"}}{{end}}<p class="{{t "class"}} {{status .S}}" title='{{t "title"}}' data-x={{t "bare"}} onclick="f({{t "handler"}})" style="color:{{t "style"}}">
{{t "word"}} {{t "word" "with" "pairs"}} {{time .T}} {{status .S}} {{template "inner" .}} {{with t "with"}}{{.}}{{end}} {{t "piped" | printf "%s!"}}
<a href="{{t "address"}}" title="{{time .T}}">{{if .S}}{{t "then"}}{{else}}{{t "else"}}{{end}}</a>{{range .L}}{{t "each"}}{{status .}}{{end}}</p>
{{range .Any}}<i title="{{.}}">{{.}} {{. | printf "%v"}}</i>{{end}}
<textarea>{{t "area"}}{{status .S}}{{template "inner" .}}</textarea><script>let a = {{t "script"}}, b = "{{t "string"}}", c = {{status .S}};</script><style>a { color: {{t "css"}} }</style><!-- {{t "comment"}} -->`
	word := "<word>"
	view := struct {
		S incident.Status
		T time.Time
		L []incident.Status
		// what can stand in a text or an attribute
		Any []any
	}{Any: []any{nil, "", "a+b", `<b> & "c"`, template.HTML(`<b title="x">d + e</b>`), template.JS("f()"), 7, 1.5, true, &word, incident.P1, time.UTC, errors.New("<g>"), []string{"h"}}, S: incident.Resolved, L: []incident.Status{incident.Investigating, incident.Monitoring}}
	rendered := func(change func(*template.Template)) (string, string) {
		set := template.Must(template.New("page").Funcs(functions).Parse(text))
		change(set)
		var b strings.Builder
		if err := set.Execute(&b, view); err != nil {
			t.Fatal(err)
		}
		if err := set.ExecuteTemplate(&b, "inner", view); err != nil { // as the function shared does
			t.Fatal(err)
		}
		return b.String(), set.Tree.Root.String()
	}
	plain, calls := rendered(func(*template.Template) {})
	got, fewer := rendered(func(set *template.Template) { lean(set, "page", functions) })
	if got != plain {
		t.Errorf("got\n%s\nwant\n%s", got, plain)
	}
	if strings.Count(fewer, "{{t ") >= strings.Count(calls, "{{t ") || strings.Count(fewer, textEscaper) >= strings.Count(calls, textEscaper) {
		t.Errorf("nothing was spared:\n%s", fewer)
	}
}
