package compiled

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"text/template/parse"
)

// html/template adds escapers to what it writes, functions of its own that nothing else can call; which, depends on what stands
// around. Where it adds them, what they are called and what they do is its own affair, so it is asked: each of these is a template
// that escapes a value as in one kind of place.
var places = []place{
	{before: "", kind: inText},
	{before: `<p title="`, after: `">`, kind: inQuotes},
	{before: `<meta content="`, after: `">`, kind: inQuotes},
	{before: `<meta content="0; url=`, after: `">`},
	{before: `<title>`, after: `</title>`, kind: inQuotes},
	{before: `<a href="`, after: `">`, kind: inAddress},
	{before: `<a href="x/`, after: `">`, kind: inAddress},
	{before: `<a href="#`, after: `">`, kind: inFragment},
	{before: `<script type="application/ld+json">`, after: `</script>`, kind: inScript},
	{before: `<style>`, after: `</style>`},
}

type place struct {
	before, after string
	kind          kind
}

// kind says what is known of a place without asking html/template.
type kind uint8

const (
	elsewhere  kind = iota
	inText          // special bytes are written as entities, and HTML as it is
	inQuotes        // special bytes are written as entities
	inAddress       // what needs no escapes in an address is written as it is
	inFragment      // what needs no escapes in a part of an address is written as it is
	inScript        // scripts are written as they are
)

// escaper writes values as in one kind of place.
type escaper struct {
	place
	template *template.Template
	chain    string // the names of the functions that html/template calls there
	derived  string // what it appends to the name of a template that is called there
}

// escapers are those of the places.
var escapers = sync.OnceValue(func() []*escaper {
	var all []*escaper
	for _, p := range places {
		t := template.Must(template.New("value").Parse(p.before + "{{.}}" + p.after))
		called := template.Must(t.New("called").Parse(`{{define "inner"}}{{.}}{{end}}` + p.before + `{{template "inner" .}}` + p.after))
		for _, t := range []*template.Template{t, called} {
			if err := t.Execute(io.Discard, "x"); err != nil {
				panic(err) // these are ours
			}
		}
		e := &escaper{place: p, template: t}
		for _, node := range t.Tree.Root.Nodes {
			if print, ok := node.(*parse.ActionNode); ok {
				_, e.chain = cutEscapers(print.Pipe.Cmds)
			}
		}
		for _, node := range called.Tree.Root.Nodes {
			if call, ok := node.(*parse.TemplateNode); ok {
				e.derived = strings.TrimPrefix(call.Name, "inner")
			}
		}
		all = append(all, e)
	}
	return all
})

// cutEscapers parts what a pipeline computes from the names of the escapers at its end.
func cutEscapers(commands []*parse.CommandNode) (computed []*parse.CommandNode, chain string) {
	for len(commands) > 1 {
		last := commands[len(commands)-1]
		name, ok := last.Args[0].(*parse.IdentifierNode)
		if !ok || len(last.Args) != 1 || !strings.HasPrefix(name.Ident, "_html_template_") {
			break
		}
		chain = name.Ident + " " + chain
		commands = commands[:len(commands)-1]
	}
	return commands, chain
}

// sink writes a value.
type sink func(s *state, v value)

// sinkOf gives what writes a value through a chain of escapers.
func sinkOf(chain string) (sink, error) {
	for _, e := range escapers() {
		if e.chain == chain {
			return e.write, nil
		}
	}
	return nil, unknown("the escapers %q", chain)
}

func (e *escaper) write(s *state, v value) {
	if v.form == html {
		if e.kind == inText {
			s.out = append(s.out, v.text...)
		} else {
			e.slowly(s, v)
		}
		return
	}
	words, ok := v.words()
	switch {
	case e.kind == inScript && v.form == thing && v.v.IsValid() && v.v.Type() == reflect.TypeFor[template.JS]():
		s.out = append(s.out, v.v.String()...)
	case ok && (e.kind == inText || e.kind == inQuotes):
		s.out = appendEntities(s.out, words)
	case ok && e.kind == inAddress && harmless(strings.TrimPrefix(words, "https://"), '/'), ok && e.kind == inFragment && harmless(words, '.'):
		s.out = append(s.out, words...)
	default:
		e.slowly(s, v)
	}
}

// slowly lets html/template escape a value.
func (e *escaper) slowly(s *state, v value) {
	var b strings.Builder
	if err := e.template.Execute(&b, v.any()); err != nil {
		giveUp()
	}
	out, before := strings.CutPrefix(b.String(), e.before)
	out, after := strings.CutSuffix(out, e.after)
	if !before || !after {
		giveUp()
	}
	s.out = append(s.out, out...)
}

// words gives a value as it is before it is escaped, if it has no say in how it is escaped.
func (v value) words() (string, bool) {
	if v.form == text || v.form == literal {
		return v.text, true
	}
	if !v.v.IsValid() {
		return "", v.form != html
	}
	switch typ := v.v.Type(); {
	case typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Interface || typ.PkgPath() == "html/template":
		return "", false
	case typ.NumMethod() > 0:
		switch of := v.any().(type) {
		case error, fmt.Formatter:
		case fmt.Stringer:
			return of.String(), true
		}
		return "", false
	case typ.Kind() == reflect.String:
		return v.v.String(), true
	case v.v.CanInt():
		return strconv.FormatInt(v.v.Int(), 10), true
	case v.v.CanUint():
		return strconv.FormatUint(v.v.Uint(), 10), true
	}
	return "", false
}

// appendEntities writes the bytes that mean something in HTML as entities, those that html/template writes so.
func appendEntities(out []byte, words string) []byte {
	from := 0
	for i := range len(words) {
		if c := words[i]; c <= '>' && entities[c] != "" {
			out = append(append(out, words[from:i]...), entities[c]...)
			from = i + 1
		}
	}
	return append(out, words[from:]...)
}

var entities = [...]string{0: "\uFFFD", '"': "&#34;", '&': "&amp;", '\'': "&#39;", '+': "&#43;", '<': "&lt;", '>': "&gt;"}

// harmless reports whether a text needs no escapes in an address, even if it is only part of it; one more byte is harmless there.
func harmless(address string, more byte) bool {
	for i := range len(address) {
		switch c := address[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~', c == more:
		default:
			return false
		}
	}
	return true
}

// tree gives the nodes of a template as html/template has escaped them. Where a template is called within an attribute, say, html/template
// makes one of another name of it and keeps that to itself: it is made again, by writing what the template holds into such a place.
func (c *compiler) tree(name string) *parse.ListNode {
	if t := c.set.Lookup(name); t != nil {
		if t.Tree == nil {
			return nil
		}
		return t.Tree.Root
	}
	for _, e := range escapers() {
		called, ok := strings.CutSuffix(name, e.derived)
		t := c.set.Lookup(called)
		if e.derived == "" || !ok || t == nil || t.Tree == nil {
			continue
		}
		again, err := template.New("again").Funcs(c.options.Functions).Parse(e.before + t.Tree.Root.String() + e.after)
		if err == nil {
			again, err = again.New("escape").Parse(`{{if .}}{{template "again" .}}{{end}}`)
		}
		if err != nil || again.Execute(io.Discard, nil) != nil {
			return nil
		}
		root := again.Lookup("again").Tree.Root.CopyList()
		if len(root.Nodes) == 0 {
			return nil
		}
		first, isText := root.Nodes[0].(*parse.TextNode)
		last, endsWithText := root.Nodes[len(root.Nodes)-1].(*parse.TextNode)
		if !isText || !endsWithText || !bytes.HasPrefix(first.Text, []byte(e.before)) || !bytes.HasSuffix(last.Text, []byte(e.after)) {
			return nil
		}
		first.Text = first.Text[len(e.before):]
		last.Text = last.Text[:len(last.Text)-len(e.after)]
		return root
	}
	return nil
}
