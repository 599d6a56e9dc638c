package frontmatter

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/status"
)

// Decoder converts nodes to Go values and collects findings. Its methods report a value that is not
// valid and return false; the caller then ignores the value and continues.
type Decoder struct {
	Path     string         // of the file, for findings
	Tolerant bool           // accept keys in any case, and with spaces or hyphens
	Zone     *time.Location // used in hints to complete a date without an offset; nil means UTC
	Findings []diag.Finding
}

// Field is a key that a map may have: what it means, for editors, which values it accepts, and the
// function that handles its value.
type Field struct {
	Key    string
	Help   string
	Schema Schema
	Decode func(*Node)
}

func Key(key, help string, values Schema, decode func(*Node)) Field {
	return Field{key, help, values, decode}
}

// Set returns a function that stores what read returns, if it is valid.
func Set[T any](to *T, read func(*Node) (T, bool)) func(*Node) {
	return func(n *Node) {
		if value, ok := read(n); ok {
			*to = value
		}
	}
}

// Append is like Set for a list of texts.
func Append[T any](d *Decoder, to *[]T, read func(*Node) (T, bool)) func(*Node) {
	return func(n *Node) {
		for _, text := range d.Texts(n) {
			if value, ok := read(text); ok {
				*to = append(*to, value)
			}
		}
	}
}

// Report adds a finding at the node's position.
func (d *Decoder) Report(kind diag.Kind, at *Node, hint, format string, args ...any) {
	d.Findings = append(d.Findings, kind.New(d.At(at), hint, format, args...))
}

func (d *Decoder) At(n *Node) diag.Position {
	return diag.Position{Path: d.Path, Line: n.Line, Column: n.Column}
}

// Fields calls the function of each field that a map has, in the order of the fields, so that a
// field can rely on those before it. If n is not a map, it reports wrong-type; what says what was
// expected, such as "a component". A key without a field is reported as unknown-key, with the most
// similar field as the hint. A repeated key is reported as duplicate-key, and its last value is
// used. Null values count as absent. A tolerant decoder reports a key that is not in canonical
// form.
func (d *Decoder) Fields(n *Node, what string, fields []Field) {
	if n.Kind != Map {
		d.Report(diag.WrongType, n, "write keys, each with its value", "%s where %s belongs", n.Describe(), what)
		return
	}
	values := make(map[string]*Node, len(n.Entries))
	lines := make(map[string]int, len(n.Entries)) // where each key was before
	for i := range n.Entries {
		e := &n.Entries[i]
		key := d.name(e.Key)
		if line := lines[key]; line > 0 {
			d.Report(diag.DuplicateKey, e.Place(), "keep one of the two", "%q is set twice, first in line %d", e.Key, line)
		}
		lines[key] = e.Line
		if e.Value.Kind != Null {
			values[key] = e.Value
		}
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Key == key }) {
			known := make([]string, len(fields))
			for k, f := range fields {
				known[k] = f.Key
			}
			d.Report(diag.UnknownKey, e.Place(), diag.DidYouMean(e.Key, known), "unknown key %q", e.Key)
		} else if key != e.Key {
			d.Canonical(e.Place(), e.Key, key)
		}
	}
	for _, f := range fields {
		if value := values[f.Key]; value != nil {
			f.Decode(value)
		}
	}
}

// name returns the form in which a key is compared.
func (d *Decoder) name(key string) string {
	if d.Tolerant {
		return Fold(key)
	}
	return key
}

// Canonical reports a text that was understood but is not in its canonical form.
func (d *Decoder) Canonical(at *Node, text, form string) {
	d.Report(diag.OtherForm, at, "write "+form, "%q is read as %s", text, form)
}

// Place returns a node without a value at the position of the key.
func (e *Entry) Place() *Node { return &Node{Line: e.Line, Column: e.Column} }

func (n *Node) Describe() string {
	switch n.Kind {
	case Map:
		return "a map of keys"
	case List:
		return "a list"
	case Null:
		return "nothing"
	case Bool, Integer, Float, Time:
		return n.Text
	}
	return strconv.Quote(n.Text)
}

func (n *Node) scalar() bool { return n.Kind != Map && n.Kind != List && n.Kind != Null }

// Text returns the text of a scalar. Unquoted numbers, booleans and dates are returned as written.
func (d *Decoder) Text(n *Node) (string, bool) {
	if !n.scalar() {
		d.Report(diag.WrongType, n, "write one text; put it in quotes if it contains a colon or a bracket", "%s where a text belongs", n.Describe())
		return "", false
	}
	return n.Text, true
}

// Line returns a text on one line, with single spaces and without control characters. It reports a
// comment that YAML cut off.
func (d *Decoder) Line(n *Node) (string, bool) {
	text, ok := d.Text(n)
	if !ok {
		return "", false
	}
	if n.Comment != "" && !n.Quoted {
		d.Report(diag.DroppedText, n, "if it is part of the text, quote the whole text: "+strconv.Quote(text+" "+n.Comment), "YAML reads %q as a comment", n.Comment)
	}
	// A copy does not keep the whole file in memory.
	return strings.Clone(strings.Join(strings.Fields(d.Clean(n)), " ")), true
}

// Clean returns the text of a scalar without control characters. XML forbids those, and a browser
// would download plain text that contains them instead of showing it.
func (d *Decoder) Clean(n *Node) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, n.Text)
	if len(clean) < len(n.Text) {
		d.Report(diag.ControlCharacter, n, "delete it", "a control character was dropped")
	}
	return clean
}

// Bool returns the value of a boolean. It reports words such as "yes", with the hint to write true.
func (d *Decoder) Bool(n *Node) (value, ok bool) {
	if n.Kind == Bool {
		return strings.EqualFold(n.Text, "true"), true
	}
	hint := "write true or false"
	switch strings.ToLower(n.Text) {
	case "yes", "on", "1", "true":
		hint = "write true"
	case "no", "off", "0", "false":
		hint = "write false"
	}
	d.Report(diag.WrongType, n, hint, "%s where true or false belongs", n.Describe())
	return false, false
}

// Number returns the value of an integer or float.
func (d *Decoder) Number(n *Node) (float64, bool) {
	if n.Kind == Integer || n.Kind == Float {
		if value, err := strconv.ParseFloat(n.Text, 64); err == nil {
			return value, true
		}
	}
	d.Report(diag.WrongType, n, "write it like 1 or 0.3, without quotes", "%s where a number belongs", n.Describe())
	return 0, false
}

// Texts returns the nodes of a list of scalars. A single scalar counts as a list of one. Items that
// are not scalars are reported and left out.
func (d *Decoder) Texts(n *Node) (texts []*Node) {
	if n.scalar() {
		return []*Node{n}
	}
	if n.Kind != List {
		d.Report(diag.WrongType, n, "write it like [one, two]", "%s where a list belongs", n.Describe())
	}
	for _, item := range n.Items {
		if _, ok := d.Text(item); ok {
			texts = append(texts, item)
		}
	}
	return texts
}

var looseDate = regexp.MustCompile(
	`^(\d{4}-\d{1,2}-\d{1,2})(?:[Tt ]\s*(\d{1,2}:\d{1,2})(:\d{1,2})?(?:\.\d+)?\s*([Zz]|UTC|GMT|[-+](?:\d{4}|\d{1,2}(?::\d{2})?))?)?$`)

// LooksLikeDate reports whether a text is written like a date. Where words are also allowed, such a
// text is more likely to be a mistyped date.
func LooksLikeDate(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) > 4 && text[4] == '-' && looseDate.MatchString(text)
}

// LooseDate parses a text that looks like a date, to the second. stated reports whether it has an
// offset; without one, it is in the given zone. ok is false if there is no such date.
func LooseDate(text string, zone *time.Location) (t time.Time, stated, ok bool) {
	m := looseDate.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return t, false, false
	}
	offset := strings.ReplaceAll(m[4], ":", "")
	switch {
	case offset == "":
	case offset[0] != '-' && offset[0] != '+':
		offset = "+0000"
	case len(offset)%2 == 0: // the hour has one digit
		offset = offset[:1] + "0" + offset[1:]
	}
	form, clock := "2006-1-2 15:4:5", m[1]+" "+cmp.Or(m[2], "0:0")+cmp.Or(m[3], ":0")
	if offset != "" {
		form, clock = form+"-0700", clock+(offset + "00")[:5]
	}
	t, err := time.ParseInLocation(form, clock, zone)
	return t, offset != "", err == nil && t.Year() > 1900
}

// Instant returns a time written in RFC 3339 with an offset, in UTC. If the text looks like a date
// but lacks the offset, the seconds, the "T" or a digit, the hint of the finding is the corrected
// text in d.Zone.
func (d *Decoder) Instant(n *Node) (time.Time, bool) {
	if !n.scalar() {
		d.Report(diag.WrongType, n, "write it like 2026-10-02T10:04:00Z", "%s where a date belongs", n.Describe())
		return time.Time{}, false
	}
	if t, err := time.Parse(time.RFC3339, n.Text); err == nil && t.Year() > 1900 {
		return t.UTC(), true
	}
	hint := "write it like 2026-10-02T10:04:00Z"
	why := "is not a date"
	if t, stated, ok := LooseDate(n.Text, cmp.Or(d.Zone, time.UTC)); ok {
		why = "is not a date in RFC 3339 with an offset"
		hint = "write " + t.Format(time.RFC3339)
		if !stated {
			hint += ", if that is the zone you mean"
		}
	} else if LooksLikeDate(n.Text) {
		why = "is a date that does not exist"
	}
	d.Report(diag.BadDate, n, hint, "%q %s", n.Text, why)
	return time.Time{}, false
}

// Day returns the start of a day in d.Zone, written like 2025-01-01.
func (d *Decoder) Day(n *Node) (time.Time, bool) {
	zone := cmp.Or(d.Zone, time.UTC)
	if n.scalar() {
		if t, err := status.ParseDay(n.Text, zone); err == nil && t.Year() > 1900 {
			return t, true
		}
	}
	d.Report(diag.BadDate, n, "write it like 2025-01-31", "%s is not a day", n.Describe())
	return time.Time{}, false
}

var (
	durationPart  = regexp.MustCompile(`^(\d+(?:\.\d+)?)([a-z]+)`)
	looseDuration = regexp.MustCompile(`^(\d+)\s*(s|sec|second|m|min|minute|h|hr|hour|d|day|w|week)s?$`)
)

var durationUnits = map[string]time.Duration{
	"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// longest is the longest duration accepted, 100 years.
const longest = 100 * 365 * 24 * time.Hour

// ParseDuration parses a duration such as "90s", "1h30m" or "7d". The units are s, m, h, d and w.
func ParseDuration(text string) (time.Duration, error) {
	total, rest := time.Duration(0), text
	for rest != "" {
		m := durationPart.FindStringSubmatch(rest)
		if m == nil || durationUnits[m[2]] == 0 {
			return 0, fmt.Errorf("%q is not a duration", text)
		}
		value, err := strconv.ParseFloat(m[1], 64)
		part := value * float64(durationUnits[m[2]])
		if err != nil || value > 1e6 || part > float64(longest-total) {
			return 0, fmt.Errorf("%q is too long a duration", text)
		}
		total += time.Duration(part)
		rest = rest[len(m[0]):]
	}
	if text == "" {
		return 0, fmt.Errorf("an empty text is not a duration")
	}
	return total, nil
}

// Duration returns a positive duration in the format of ParseDuration.
func (d *Decoder) Duration(n *Node) (time.Duration, bool) {
	if n.scalar() {
		if value, err := ParseDuration(n.Text); err == nil && value > 0 {
			return value, true
		}
	}
	hint := `write it like "90s", "30m", "1h30m" or "7d"`
	if m := looseDuration.FindStringSubmatch(strings.ToLower(strings.TrimSpace(n.Text))); m != nil {
		hint = fmt.Sprintf("write %q", m[1]+m[2][:1])
	}
	d.Report(diag.BadDuration, n, hint, "%s is not a duration", n.Describe())
	return 0, false
}
