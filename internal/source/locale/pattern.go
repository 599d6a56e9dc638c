package locale

import (
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

func newPattern(source string, months, short, standalone []string) pattern {
	p := pattern{months: months, short: short, standalone: standalone}
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			p.parts = append(p.parts, part{text: text.String()})
			text.Reset()
		}
	}
	runes := []rune(source)
	quoted := false
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case r == '\'' && i+1 < len(runes) && runes[i+1] == '\'': // an escaped quote
			text.WriteRune(r)
			i += 2
		case r == '\'':
			quoted = !quoted
			i++
		case quoted:
			text.WriteRune(r)
			i++
		case r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'):
			flush()
			end := i
			for end < len(runes) && runes[end] == r {
				end++
			}
			field := string(runes[i:end])
			p.parts = append(p.parts, part{field: field, again: slices.ContainsFunc(p.parts, func(earlier part) bool { return earlier.field == field })})
			i = end
		default:
			text.WriteRune(r)
			i++
		}
	}
	flush()
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
