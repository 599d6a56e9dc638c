// Package diag holds findings: where something is wrong (file, line, column), which class it is, what it is and what to
// do about it. It takes nothing from the rest of Crier and reads no clock and no files.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Class says how much a finding weighs.
type Class string

// The three classes, heaviest first.
const (
	Mistake Class = "mistake" // what cannot be understood; a build writes nothing, unless it is told to keep going
	Rule    Class = "rule"    // a promise at risk; never stops a build
	Note    Class = "note"    // the rest
)

// Kind is one sort of finding. Its code is stable: programs and documents refer to it.
type Kind struct {
	Code    string // lower-case words joined by hyphens
	Class   Class
	Summary string // one line, for the list of all kinds in docs/findings.md
}

// Position is a place in a source file. Lines and columns count from 1, columns in bytes; zero means unknown.
type Position struct {
	Path   string // slash-separated, relative to the site
	Line   int
	Column int
}

// File is the start of a file, the place of what is wrong with all of it.
func File(path string) Position { return Position{path, 1, 1} }

// String gives path:line:col, without the parts that are unknown.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.Path
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.Path, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Column)
}

// Finding is one thing to say about one place.
type Finding struct {
	Kind     Kind
	Position Position
	Message  string // lower case, no full stop
	Hint     string // what to type next; empty when there is nothing to add
}

// New makes a finding. The message is formatted as by fmt.Sprintf.
func (k Kind) New(at Position, hint, format string, args ...any) Finding {
	return Finding{Kind: k, Position: at, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// String gives "path:line:col: message" and, where there is one, a second line "  hint: ...".
func (f Finding) String() string {
	s := f.Position.String() + ": " + f.Message
	if f.Hint != "" {
		s += "\n  hint: " + f.Hint
	}
	return s
}

// Sort puts findings in the order of the files that they are about and drops those that say the same thing twice.
func Sort(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			strings.Compare(a.Position.Path, b.Position.Path),
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column),
			strings.Compare(a.Kind.Code, b.Kind.Code),
			strings.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(findings)
}

// Count says how many findings are of the class.
func Count(findings []Finding, class Class) int {
	n := 0
	for _, f := range findings {
		if f.Kind.Class == class {
			n++
		}
	}
	return n
}

// Mistakes picks the mistakes.
func Mistakes(findings []Finding) []Finding {
	var mistakes []Finding
	for _, f := range findings {
		if f.Kind.Class == Mistake {
			mistakes = append(mistakes, f)
		}
	}
	return mistakes
}
