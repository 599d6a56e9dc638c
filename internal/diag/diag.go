// Package diag defines findings. A finding has a kind, a position (file, line and column), a
// message, and a hint about how to fix it. The package imports no other package of Crier, and reads
// no clock and no files.
package diag

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Class is the weight of a finding.
type Class string

// The classes, from the most serious to the least.
const (
	Mistake Class = "mistake" // cannot be understood; stops the build by default
	Rule    Class = "rule"    // a promise at risk; never stops the build
	Note    Class = "note"    // everything else
)

// Kind is a type of finding. Codes are stable: programs and documents refer to them.
type Kind struct {
	Code    string // lower-case words joined by hyphens
	Class   Class
	Summary string // one line, for the list in docs/findings.md
}

// Position is a location in a source file. Lines and columns count from 1, and columns are in
// bytes. Zero means unknown.
type Position struct {
	Path   string // slash-separated, relative to the site
	Line   int
	Column int
}

// File returns the start of a file, for findings about the whole file.
func File(path string) Position { return Position{path, 1, 1} }

// String returns "path:line:col", leaving out the parts that are unknown.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.Path
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.Path, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Column)
}

// Finding is a problem or remark about one position.
type Finding struct {
	Kind     Kind
	Position Position
	Message  string // lower case, no full stop
	Hint     string // what to do next; may be empty
}

// New returns a finding of the kind. The message is formatted as by fmt.Sprintf.
func (k Kind) New(at Position, hint, format string, args ...any) Finding {
	return Finding{Kind: k, Position: at, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// String returns "path:line:col: message" and, if there is a hint, a second line " hint: ...".
func (f Finding) String() string {
	s := f.Position.String() + ": " + f.Message
	if f.Hint != "" {
		s += "\n  hint: " + f.Hint
	}
	return s
}

// Sort sorts findings by path and position, and removes duplicates. It reorders the slice in place.
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

func Count(findings []Finding, class Class) int {
	n := 0
	for _, f := range findings {
		if f.Kind.Class == class {
			n++
		}
	}
	return n
}

func Mistakes(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Kind.Class != Mistake })
}

// Reason returns the message of an error without the path, which the finding states.
func Reason(err error) string {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}
