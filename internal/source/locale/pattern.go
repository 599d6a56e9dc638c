package locale

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pattern is a parsed CLDR date pattern (UTS #35, Date Format Patterns). It supports the fields
// that the catalogues use.
type pattern struct {
	parts                     []part
	months, short, standalone []string
}

// part is a field or a literal text.
type part struct {
	field string // such as "dd"; "" for a literal text
	text  string
	again bool // the pattern has the field before
}

// patternPart matches a quoted text, a run of one letter, or other characters.
var patternPart = regexp.MustCompile(`''|'(?:[^']|'')*'?|y+|M+|L+|d+|H+|m+|z+|[a-zA-Z]|[^a-zA-Z']+`)

func newPattern(source string, months, short, standalone []string) pattern {
	p := pattern{months: months, short: short, standalone: standalone}
	for _, text := range patternPart.FindAllString(source, -1) {
		switch c := text[0]; {
		case text == "''":
			p.parts = append(p.parts, part{text: "'"})
		case c == '\'':
			p.parts = append(p.parts, part{text: strings.ReplaceAll(strings.TrimSuffix(text[1:], "'"), "''", "'")})
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			p.parts = append(p.parts, part{field: text, again: slices.ContainsFunc(p.parts, func(earlier part) bool { return earlier.field == text })})
		default:
			p.parts = append(p.parts, part{text: text})
		}
	}
	return p
}

// append formats a time in the time's own zone.
func (p pattern) append(b []byte, t time.Time) []byte { return p.appendRange(b, t, t) }

// appendRange formats two times. From the first field that occurs for the second time on, a pattern
// stands for the later one, as in CLDR's interval formats: "d–d MMMM".
func (p pattern) appendRange(b []byte, t, later time.Time) []byte {
	year, month, day := t.Date()
	for _, part := range p.parts {
		if part.again {
			year, month, day = later.Date()
			t = later
		}
		switch part.field {
		case "":
			b = append(b, part.text...)
		case "y":
			b = strconv.AppendInt(b, int64(year), 10)
		case "M":
			b = strconv.AppendInt(b, int64(month), 10)
		case "MM":
			b = two(b, int(month))
		case "MMM":
			b = append(b, p.short[month-1]...)
		case "MMMM":
			b = append(b, p.months[month-1]...)
		case "LLLL":
			b = append(b, p.standalone[month-1]...)
		case "d":
			b = strconv.AppendInt(b, int64(day), 10)
		case "dd":
			b = two(b, day)
		case "H":
			b = strconv.AppendInt(b, int64(t.Hour()), 10)
		case "HH":
			b = two(b, t.Hour())
		case "mm":
			b = two(b, t.Minute())
		case "z":
			b = t.AppendFormat(b, "MST")
		default:
			b = append(b, part.field...)
		}
	}
	return b
}

func two(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
