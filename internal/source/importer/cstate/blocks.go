package cstate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// role is the role of a block in an issue.
type role uint8

const (
	initial role = iota
	middle
	final
)

// block is a part of an issue's text that was an update of its own.
type block struct {
	role   role
	status string // from the label; "" if the label has none
	text   string
	date   time.Time // zero if not stated
}

var (
	// bracket matches a line such as "[Final Message]", "[Update - 2022-02-14 10h30 UTC]" or
	// "[Initial message] text".
	bracket = regexp.MustCompile(`(?i)^\s*\**\[\s*((?:initial|open|final|clos|end of|update|edit)[^\[\]]*)\]\**:?(?:[ \t]+(.*))?$`)
	// plainLabel matches a label that states only its role.
	plainLabel = regexp.MustCompile(`(?i)^(initial|opening|open|final|closing|close|end of outage|updated?|edit)( message| issue| incident| maintenance)?$`)
	// labelled matches a line such as "*Investigating* - text".
	labelled = regexp.MustCompile(`(?i)^\s*\*{1,2}(investigating|identified|monitoring|resolved|update|fixed|scheduled|in progress|completed)\*{1,2}\s*[-–—:]\s*(.*)$`)
	track    = regexp.MustCompile(`\s*\{\{[<%]\s*track\s+"([^"]*)"\s*[>%]\}\}`)
	isoDate  = regexp.MustCompile(`(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T,-]+(\d{1,2})[h:](\d{2}))?`)
	longDate = regexp.MustCompile(`(?i)(\d{1,2})(?:st|nd|rd|th)? (?:of )?(january|february|march|april|may|june|july|august|september|october|november|december),? (\d{4})(?:[ ,-]+(\d{1,2})[h:](\d{2}))?`)
)

var labelStatus = map[string]string{
	"investigating": "investigating", "identified": "identified", "monitoring": "monitoring", "resolved": "resolved",
	"fixed": "resolved", "completed": "resolved", "in progress": "identified", "scheduled": "investigating",
}

// splitBlocks splits an issue's text into its updates, oldest first. Labels in HTML comments and
// code blocks are treated as text.
func splitBlocks(body string) []block {
	var blocks []block
	var text []string
	current := block{role: initial}
	labelledFirst := false
	add := func() {
		current.text = strings.Trim(strings.Join(text, "\n"), "\n")
		if current.text != "" || labelledFirst {
			blocks = append(blocks, current)
		}
		text = nil
	}
	comment, code := false, false
	for line := range strings.SplitSeq(body, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") && !comment {
			code = !code
		}
		if !comment && !code && !strings.Contains(line, "<!--") {
			if m := bracket.FindStringSubmatch(line); m != nil && !strings.HasPrefix(m[2], "(") {
				add()
				current, labelledFirst = block{role: roleOf(m[1]), date: dateIn(m[1])}, true
				if !plainLabel.MatchString(strings.TrimSpace(m[1])) && current.date.IsZero() {
					text = append(text, "**"+strings.TrimSpace(m[1])+"**", "")
				}
				if m[2] != "" {
					text = append(text, m[2])
				}
				continue
			}
			if m := labelled.FindStringSubmatch(line); m != nil {
				add()
				status := labelStatus[strings.ToLower(m[1])]
				current, labelledFirst = block{role: middle, status: status}, true
				if status == "resolved" {
					current.role = final
				}
				line = m[2]
			}
		}
		if opened := strings.LastIndex(line, "<!--"); opened >= 0 {
			comment = true
		}
		if closed := strings.LastIndex(line, "-->"); closed >= 0 && closed > strings.LastIndex(line, "<!--") {
			comment = false
		}
		if m := track.FindStringSubmatch(line); m != nil {
			if t, ok := parseDate(m[1]); ok {
				current.date = t
				line = track.ReplaceAllString(line, "")
			}
		}
		text = append(text, line)
	}
	add()
	return oldestFirst(blocks)
}

// oldestFirst reverses the blocks if the newest comes first.
func oldestFirst(blocks []block) []block {
	if len(blocks) < 2 {
		return blocks
	}
	first, last := blocks[0], blocks[len(blocks)-1]
	reverse := first.role != initial
	if !first.date.IsZero() && !last.date.IsZero() {
		reverse = first.date.After(last.date)
	}
	if last.role == final && first.role != final {
		reverse = false
	}
	if reverse {
		slices.Reverse(blocks)
	}
	return blocks
}

func roleOf(label string) role {
	label = strings.ToLower(label)
	switch {
	case strings.HasPrefix(label, "initial"), strings.HasPrefix(label, "open"):
		return initial
	case strings.HasPrefix(label, "final"), strings.HasPrefix(label, "clos"), strings.HasPrefix(label, "end"):
		return final
	}
	return middle
}

// dateIn returns the date and time in a label, or zero.
func dateIn(label string) time.Time {
	number := func(text string) int {
		n, _ := strconv.Atoi(text)
		return n
	}
	if m := isoDate.FindStringSubmatch(label); m != nil && m[4] != "" {
		return time.Date(number(m[1]), time.Month(number(m[2])), number(m[3]), number(m[4]), number(m[5]), 0, 0, time.UTC)
	}
	if m := longDate.FindStringSubmatch(label); m != nil && m[4] != "" {
		month, err := time.Parse("January", strings.ToUpper(m[2][:1])+strings.ToLower(m[2][1:]))
		if err == nil {
			return time.Date(number(m[3]), month.Month(), number(m[1]), number(m[4]), number(m[5]), 0, 0, time.UTC)
		}
	}
	return time.Time{}
}

var looseDate = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d+)?)?\s*([Zz]|[-+]\d{2}:?\d{2})?)?$`)

// parseDate parses a date in the forms used by cState sites. Without a zone it is in UTC, as in
// Hugo.
func parseDate(text string) (time.Time, bool) {
	m := looseDate.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return time.Time{}, false
	}
	var v [6]int
	for n := range v {
		v[n], _ = strconv.Atoi(m[n+1])
	}
	nanoseconds := 0
	if m[7] != "" {
		fraction, err := strconv.ParseFloat("0"+m[7], 64)
		if err == nil {
			nanoseconds = int(fraction*1e3+0.5) * 1e6
		}
	}
	t := time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], nanoseconds, time.UTC)
	if int(t.Month()) != v[1] || t.Day() != v[2] || v[3] > 23 || v[4] > 59 {
		return time.Time{}, false
	}
	if zone := m[8]; zone != "" && zone != "Z" && zone != "z" {
		digits := strings.ReplaceAll(zone[1:], ":", "")
		hours, _ := strconv.Atoi(digits[:2])
		minutes, _ := strconv.Atoi(digits[2:])
		offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
		if zone[0] == '+' {
			offset = -offset
		}
		t = t.Add(offset)
	}
	return t, true
}
