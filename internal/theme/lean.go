package theme

import (
	"html/template"
	"io"
	"reflect"
	"strings"
	"text/template/parse"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/status"
)

// A call from a template to a function costs many times what the function does, and html/template adds one for each value, to
// its escaper. lean spares those whose result is known when a theme is loaded: words of the catalogue are written into the
// template, and what a function has escaped is not given to the escaper, which would leave it as it is.

// The escapers that html/template adds where a value stands in text and in an attribute's quotes. These names are its own affair: were
// they to change, nothing would be spared, and a test would say so.
const textEscaper, attributeEscaper = "_html_template_htmlescaper", "_html_template_attrescaper"

// lean changes the templates that one consists of, after html/template has decided where it escapes what: a place it knows
// nothing of, such as one in a script or in an address, stays as it is. functions has those of the set, some of them also in a form
// that escapes, see escapingName.
func lean(set *template.Template, name string, functions map[string]any) {
	// html/template escapes when a template is first executed, and that which the template names with it.
	escape := template.Must(set.New("escape " + name).Parse(`{{if .}}{{template "` + name + `" .}}{{end}}`))
	if escape.Execute(io.Discard, nil) != nil {
		return // rendering a page will say why
	}
	leaner{set, functions, map[string]bool{}}.template(name)
}

type leaner struct {
	set       *template.Template
	functions map[string]any
	done      map[string]bool
}

func (l leaner) template(name string) {
	t := l.set.Lookup(name)
	if t == nil || t.Tree == nil || l.done[name] {
		return
	}
	l.done[name] = true
	l.list(t.Tree.Root)
}

func (l leaner) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.ActionNode:
			if text, ok := l.constant(node.Pipe); ok {
				list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: node.Pos, Text: []byte(text)}
				continue
			}
			l.pipe(node.Pipe)
		case *parse.IfNode:
			l.list(node.List)
			l.list(node.ElseList)
		case *parse.WithNode:
			l.list(node.List)
			l.list(node.ElseList)
		case *parse.RangeNode:
			l.list(node.List)
			l.list(node.ElseList)
		case *parse.TemplateNode:
			l.template(node.Name)
		}
	}
}

// escaped takes a pipe apart that is one call of a function and one escaper.
func escaped(pipe *parse.PipeNode) (call *parse.CommandNode, function, escaper string) {
	if len(pipe.Decl) != 0 || len(pipe.Cmds) != 2 || len(pipe.Cmds[1].Args) != 1 {
		return nil, "", ""
	}
	call = pipe.Cmds[0]
	f, _ := call.Args[0].(*parse.IdentifierNode)
	e, _ := pipe.Cmds[1].Args[0].(*parse.IdentifierNode)
	if f == nil || e == nil {
		return nil, "", ""
	}
	return call, f.Ident, e.Ident
}

// constant gives the text of a pipe that is a word of the catalogue, or the policy, in text or in an attribute's quotes.
func (l leaner) constant(pipe *parse.PipeNode) (string, bool) {
	call, function, escaper := escaped(pipe)
	if escaper != textEscaper && escaper != attributeEscaper {
		return "", false
	}
	if policy, ok := l.functions["policy"].(func() string); ok && function == "policy" && len(call.Args) == 1 {
		return textEscapes.Replace(policy()), true
	}
	if function != "t" || len(call.Args) != 2 {
		return "", false
	}
	key, ok := call.Args[1].(*parse.StringNode)
	if !ok {
		return "", false
	}
	text, err := l.functions["t"].(func(string, ...any) (template.HTML, error))(key.Text)
	if err != nil {
		return "", false // executing it will say so
	}
	if escaper == attributeEscaper {
		return attribute(text), true
	}
	return string(text), true
}

// pipe takes the escaper out of a pipe whose function escapes, or has a form that does; any other gets a quicker escaper.
func (l leaner) pipe(pipe *parse.PipeNode) {
	call, function, escaper := escaped(pipe)
	switch {
	case escaper == textEscaper && l.functions[escapingName(function)] != nil:
		call.Args[0].(*parse.IdentifierNode).Ident = escapingName(function)
		pipe.Cmds = pipe.Cmds[:1]
		return
	case escaper == textEscaper && givesHTML(l.functions[function]):
		pipe.Cmds = pipe.Cmds[:1]
		return
	}
	for _, command := range pipe.Cmds {
		if e, ok := command.Args[0].(*parse.IdentifierNode); ok && l.functions[quick(e.Ident)] != nil {
			e.Ident = quick(e.Ident)
		}
	}
}

func givesHTML(function any) bool {
	return function != nil && reflect.TypeOf(function).Out(0) == reflect.TypeFor[template.HTML]()
}

// quick is the name of a form of an escaper that takes one value. An escaper takes any number of them, for which a list would be
// made at every call.
func quick(escaper string) string { return "quick" + escaper }

func escapeText(value any) (template.HTML, error) {
	if html, ok := value.(template.HTML); ok {
		return html, nil
	}
	return quickly(value, slowText)
}

func escapeAttribute(value any) (template.HTML, error) { return quickly(value, slowAttribute) }

// quickly escapes what most values are, and leaves the rest to html/template.
func quickly(value any, slow *template.Template) (template.HTML, error) {
	switch value := value.(type) {
	case string:
		return template.HTML(textEscapes.Replace(value)), nil
	case incident.Severity:
		return template.HTML(textEscapes.Replace(value.String())), nil
	case incident.Status:
		return template.HTML(textEscapes.Replace(value.String())), nil
	}
	var b strings.Builder
	err := slow.Execute(&b, value)
	return template.HTML(strings.TrimSuffix(strings.TrimPrefix(b.String(), `<p title="`), `">`)), err
}

var (
	slowText      = template.Must(template.New("text").Parse(`{{.}}`))
	slowAttribute = template.Must(template.New("attribute").Parse(`<p title="{{.}}">`))
)

// attribute writes text that is HTML, but holds no tags, as html/template does in an attribute's quotes.
func attribute(text template.HTML) string { return strings.ReplaceAll(string(text), "+", "&#43;") }

// escapingName is the name of the form of a function that escapes.
func escapingName(function string) string { return "escaped_" + function }

// escaping gives the form of a function that escapes what the function gives, as html/template does in text.
func escaping[A any](f func(A) string) func(A) template.HTML {
	return func(a A) template.HTML { return template.HTML(textEscapes.Replace(f(a))) }
}

var textEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "+", "&#43;", "\x00", "\uFFFD")

// escapingFunctions gives the escaping forms of functions that give text, and of the escapers, by their names.
func escapingFunctions(functions map[string]any) map[string]any {
	forms := map[string]any{quick(textEscaper): escapeText, quick(attributeEscaper): escapeAttribute}
	for name, f := range functions {
		switch f := f.(type) {
		case func(incident.Status) string:
			forms[escapingName(name)] = escaping(f)
		case func(incident.Severity) string:
			forms[escapingName(name)] = escaping(f)
		case func(status.Overall) string:
			forms[escapingName(name)] = escaping(f)
		case func(time.Time) string:
			forms[escapingName(name)] = escaping(f)
		case func(string) string:
			forms[escapingName(name)] = escaping(f)
		}
	}
	return forms
}
