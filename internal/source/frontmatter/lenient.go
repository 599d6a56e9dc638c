package frontmatter

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Repair describes a line that is not valid YAML or TOML but was read anyway.
type Repair struct {
	Line, Column int
	Message      string
	Hint         string // what to write instead
}

// Lenient reads YAML. If src is not valid YAML, Lenient reads it key by key: the rest of a line
// that starts with a top-level key becomes that key's value if YAML rejects it only because of a
// colon, a quote, a tab or the like. Each such line is returned as a Repair. If any doubt remains,
// for example because a bracket is never closed, Lenient returns the YAML error.
func (r *Reader) Lenient(src []byte, firstLine int) (*Node, []Repair, error) {
	node, err := r.YAML(src, firstLine)
	if err == nil {
		return node, nil, nil
	}
	return repaired(yamlForm, src, firstLine, err)
}

// LenientTOML reads TOML in the way that Lenient reads YAML.
func LenientTOML(src []byte, firstLine int) (*Node, []Repair, error) {
	node, err := TOML(src, firstLine)
	if err == nil {
		return node, nil, nil
	}
	return repaired(tomlForm, src, firstLine, err)
}

// form describes how a language writes a key and its value on one line.
type form struct {
	name      string
	read      func(src []byte, firstLine int) (*Node, error)
	key       *regexp.Regexp // the key is the first non-empty group, the value is the last group
	separator string
	indented  bool // whether a key may be indented
}

var (
	yamlForm = &form{name: "YAML", read: YAML, separator: ": ",
		key: regexp.MustCompile(`^(?:"([^"]+)"|'([^']+)'|([^\s"'#\-\[\]{},&*!|>%@` + "`" + `:?][^:#]*?))[ \t]*:(?:[ \t]+(.*)|(/?[^\s/].*)|)$`)}
	tomlForm = &form{name: "TOML", read: TOML, separator: " = ", indented: true,
		key: regexp.MustCompile(`^(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))[ \t]*=[ \t]*(.*)$`)}
)

// split splits a trimmed line into key and value.
func (f *form) split(line string) (key, value string, ok bool) {
	m := f.key.FindStringSubmatch(line)
	if m == nil {
		return "", "", false
	}
	return m[1] + m[2] + m[3], strings.TrimSpace(strings.Join(m[4:], "")), true
}

// starts reports whether a line starts a top-level key.
func (f *form) starts(line string) bool {
	trimmed := strings.TrimSpace(line)
	if !f.indented && trimmed != strings.TrimRight(line, " \t\r") {
		return false
	}
	_, _, ok := f.split(trimmed)
	return ok
}

// maxRepaired is the size limit in bytes for a text that is not valid but is read anyway.
const maxRepaired = 16 << 10

// repair is the state of reading a text part by part.
type repair struct {
	*form
	entries []Entry
	repairs []Repair
}

// repaired reads a text that failed to parse as a whole, with err.
func repaired(f *form, src []byte, firstLine int, err error) (*Node, []Repair, error) {
	// YAML also treats these characters as line breaks.
	if err.(*SyntaxError).TooDeep || len(src) > maxRepaired || bytes.ContainsAny(src, "\r\u0085\u2028\u2029") {
		return nil, nil, err
	}
	r := repair{form: f}
	lines := strings.Split(strings.TrimRight(string(src), "\n"), "\n")
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && !f.starts(lines[to]) {
			to++
		}
		if !r.part(lines[from:to], firstLine+from) || len(r.entries) > MaxNodes {
			return nil, nil, hinted(err.(*SyntaxError), lines, firstLine)
		}
		from = to
	}
	// Each key is valid on its own, but not all together: for example, TOML rejects a repeated key.
	if len(r.repairs) == 0 {
		e := err.(*SyntaxError)
		r.note(e.Line, e.Column, "not valid "+f.name+": "+e.Message, cmp.Or(e.Hint, "correct this line"))
	}
	return &Node{Kind: Map, Line: firstLine, Column: 1, Entries: r.entries}, r.repairs, nil
}

const tabHint = "indent with spaces, not with tabs"

// hinted adds a hint if a tab indents the line of the error.
func hinted(e *SyntaxError, lines []string, firstLine int) error {
	if n := e.Line - firstLine; e.Hint == "" && n >= 0 && n < len(lines) && strings.HasPrefix(strings.TrimLeft(lines[n], " "), "\t") {
		e.Hint = tabHint
	}
	return e
}

// part reads a key and the lines that belong to it, and reports whether that was possible.
func (r *repair) part(lines []string, number int) bool {
	if r.strict(strings.Join(lines, "\n"), number, false) {
		return true
	}
	for n, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if !strings.Contains(indent, "\t") {
			continue
		}
		spaced := make([]string, len(lines))
		for i, line := range lines {
			text := strings.TrimLeft(line, " \t")
			spaced[i] = strings.ReplaceAll(line[:len(line)-len(text)], "\t", "  ") + text
		}
		if r.strict(strings.Join(spaced, "\n"), number, true) {
			r.note(number+n, 1, "a tab indents this line", tabHint)
			return true
		}
		break
	}
	for n, line := range lines {
		text := strings.TrimSpace(line)
		switch {
		case text == "" || text[0] == '#':
		case r.strict(text, number+n, true):
			if text != strings.TrimRight(line, " \t\r") {
				r.note(number+n, 1, "a key that is indented", "write it at the start of the line: "+text)
			}
			// The lines below it are in doubt.
			if _, value, _ := r.split(text); value == "" && n+1 < len(lines) {
				last := &r.entries[len(r.entries)-1]
				last.Value.Kind, last.Value.Text = Text, strings.Join(strings.Fields(strings.Join(lines[n+1:], " ")), " ")
				r.note(number+n+1, 1, "not valid "+r.name+" below "+strconv.Quote(last.Key), "write its value on one line")
				return last.Value.Text != ""
			}
		case !r.text(line, number+n):
			return false
		}
	}
	return true
}

// strict parses a text by the rules of the language and reports whether it is valid. If only is
// set, the text must hold exactly one key.
func (r *repair) strict(text string, number int, only bool) bool {
	node, err := r.read([]byte(text), number)
	if err != nil || node.Kind != Map || only && len(node.Entries) != 1 || r.form == tomlForm && strings.HasPrefix(strings.TrimSpace(text), "[") {
		return false
	}
	r.entries = append(r.entries, node.Entries...)
	return true
}

// text takes the value on a line as text, or appends a line without a key to the text above it.
func (r *repair) text(line string, number int) bool {
	trimmed := strings.TrimSpace(line)
	key, value, ok := r.split(trimmed)
	if !ok {
		if len(r.entries) == 0 || line == strings.TrimLeft(line, " \t") || strings.HasPrefix(trimmed, "[") {
			return false
		}
		if above := r.entries[len(r.entries)-1].Value; above.Kind == Text {
			above.Text += " " + trimmed
			return true
		}
		return false
	}
	if key == "<<" || broken(value) {
		return false
	}
	column := 1 + strings.Index(line, trimmed) + len(trimmed) - len(value)
	value = withoutLoneQuote(value)
	kind := scalarKind(value)
	r.entries = append(r.entries, Entry{key, number, 1 + strings.Index(line, trimmed), &Node{Kind: kind, Line: number, Column: column, Text: value}})
	r.note(number, column, fmt.Sprintf("not valid %s; read as the text %q", r.name, value), "write "+key+r.separator+strconv.Quote(value))
	return true
}

func (r *repair) note(line, column int, message, hint string) {
	r.repairs = append(r.repairs, Repair{line, column, message, hint})
}

// broken reports whether a value starts a list, map or block that does not end on its line.
func broken(value string) bool {
	if value == "" || value[0] == '|' || value[0] == '>' {
		return value != ""
	}
	if value[0] != '[' && value[0] != '{' {
		return false
	}
	return strings.Count(value, "[") != strings.Count(value, "]") || strings.Count(value, "{") != strings.Count(value, "}")
}

// withoutLoneQuote removes an unpaired quote at the start or end of a value.
func withoutLoneQuote(value string) string {
	for _, quote := range []string{`"`, "'"} {
		if strings.Count(value, quote) == 1 && (strings.HasPrefix(value, quote) || strings.HasSuffix(value, quote)) {
			return strings.TrimSpace(strings.Trim(value, quote))
		}
	}
	return value
}
