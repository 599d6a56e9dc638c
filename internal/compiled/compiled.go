// Package compiled runs templates of html/template several times faster than it does: what they name is looked up once. What
// it does not know it leaves to html/template, which is right about everything.
package compiled

import (
	"fmt"
	"html/template"
	"io"
	"sync"
)

// Template is a compiled template. It is safe for concurrent use.
type Template struct {
	main   *body
	states sync.Pool
}

// Options say what is known of the functions of a set.
type Options struct {
	Functions map[string]any // all of them but Go's own
	// Pure are functions whose result follows from their arguments alone, and needs no page to be looked at: with constant arguments
	// they are called once, when the template is compiled.
	Pure map[string]bool
	// Calls are types of functions and methods to be called without reflection.
	Calls []Call
}

// Compile compiles a template of a set, and those that it calls. Afterwards the set can be executed, but not parsed into. An error
// says what the package does not know: the template may be a good one all the same, and html/template can tell.
func Compile(set *template.Template, name string, options Options) (*Template, error) {
	// html/template escapes when a template is first executed, and that which the template names with it.
	escape, err := set.New("escape " + name).Parse(`{{if .}}{{template "` + name + `" .}}{{end}}`)
	if err == nil {
		err = escape.Execute(io.Discard, nil)
	}
	if err != nil {
		return nil, err
	}
	c := &compiler{set: set, options: options, bodies: map[string]*body{}, calls: map[string]Call{}}
	for _, call := range options.Calls {
		c.calls[call.name()] = call
	}
	main, err := c.template(name)
	if err != nil {
		return nil, fmt.Errorf("compiling %q: %w", name, err)
	}
	return &Template{main: main, states: sync.Pool{New: func() any { return new(state) }}}, nil
}

// Append appends what html/template would write for the data. ok is false where it has to be asked, be it for the output or for an
// error; nothing is appended then.
func (t *Template) Append(to []byte, data any) (out []byte, ok bool) {
	s := t.states.Get().(*state)
	defer func() {
		// A function may panic, and so does giveUp: html/template makes an error of the one, and knows what to do about the other.
		if recover() != nil {
			out, ok = to, false
		}
		clear(s.variables)
		clear(s.arguments)
		clear(s.others)
		*s = state{variables: s.variables[:0], arguments: s.arguments[:0], others: s.others[:0]}
		t.states.Put(s)
	}()
	s.out = to
	s.call(t.main, valueOf(data))
	return s.out, true
}

// state is one execution.
type state struct {
	out       []byte
	variables []value // of the templates being executed, innermost last
	frame     int     // where those of the innermost begin
	arguments []value // of the calls being made
	others    []any   // arguments of a call, as its function gets them
	depth     int
}

// body is a compiled template by name.
type body struct {
	run       action
	variables int
}

// action does what a node says.
type action func(s *state, dot value) flow

// flow is how a loop goes on.
type flow uint8

const (
	next  flow = iota
	skip       // continue
	leave      // break
)

// maxDepth is how many templates may call each other before html/template, which says what is wrong, is asked.
const maxDepth = 1000

func (s *state) call(b *body, dot value) {
	if s.depth++; s.depth > maxDepth {
		giveUp()
	}
	frame := s.frame
	s.frame = len(s.variables)
	for range b.variables {
		s.variables = append(s.variables, value{})
	}
	s.variables[s.frame] = dot // $
	b.run(s, dot)
	clear(s.variables[s.frame:])
	s.variables = s.variables[:s.frame]
	s.frame = frame
	s.depth--
}

// giveUp leaves it to html/template.
func giveUp() { panic(errGiveUp) }

var errGiveUp = fmt.Errorf("this is left to html/template")
