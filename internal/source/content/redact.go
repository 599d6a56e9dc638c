package content

import (
	"regexp"
	"strings"
)

var (
	redactedHeading = regexp.MustCompile(`(?i)^ {0,3}(#{1,6})[ \t]+[*_]*(?:revenue (?:impact|loss)\b|(?:revenue|owners?)[*_: \t\r]*$)`)
	heading         = regexp.MustCompile(`^ {0,3}(#{1,6})(?:[ \t]|$)`)
	redactedLine    = regexp.MustCompile(`(?i)^([ \t]*)(?:[-*+][ \t]+)?[*_]*(?:revenue (?:impact|loss)\b|(?:revenue|owners?)[*_]*:)`)
	revenueCell     = regexp.MustCompile(`(?i)^[*_ \t]*revenue(?: impact| loss)?[*_: \t\r]*$`)
	ownerCell       = regexp.MustCompile(`(?i)^[*_ \t]*owners?[*_: \t\r]*$`)
	block           = regexp.MustCompile("^[ \t]*(?:[-*+][ \t]|[0-9]+[.)][ \t]|#|>|\\||```|~~~|[*_]{2}[^*_]+:|[A-Z][a-z]+( [A-Za-z]+)?:)")
	ownerPart       = regexp.MustCompile(`(?i)(?:[ \t]+[-–—,;][ \t]+[*_]*owners?\b|[ \t]*[,;][ \t]*[*_]*owners?[*_]*:).*?([ \t]*[-–—,;][ \t]+[*_]*due|$)`)
	ownerInside     = regexp.MustCompile(`(?i)[ \t]*\([*_]*owners?[*_]*:[^)]*?(?:[,;][ \t]*([*_]*due[^)]*))?\)`)
)

// redact removes what is never public from a post-mortem: owners and revenue, as lines with the
// lines that continue them, sections, cells of tables, and parts of action items. It does not
// change the number of lines.
func redact(text string) string {
	lines := strings.Split(text, "\n")
	section := 0                 // the level of the heading whose section is removed; 0: none
	indent, item := 0, false     // of the line whose continuation is removed
	var columns map[int]bool     // of the table that is being read
	blank, table := false, false // what the line before was
	for n, line := range lines {
		if m := heading.FindStringSubmatch(line); m != nil && (section == 0 || len(m[1]) <= section) {
			section = 0
			if redactedHeading.MatchString(line) {
				section = len(m[1])
			}
		}
		own := len(line) - len(strings.TrimLeft(line, " \t"))
		empty := strings.TrimSpace(line) == ""
		if item && !empty {
			item = own > indent || !blank && !block.MatchString(line)
		}
		blank = empty
		m := redactedLine.FindStringSubmatch(line)
		switch {
		case section > 0:
			lines[n] = ""
		case m != nil:
			lines[n], indent, item = "", len(m[1]), !strings.Contains(line, "|")
		case item:
			lines[n] = ""
		default:
			if strings.Contains(line, "|") {
				if !table {
					columns = map[int]bool{}
				}
				line = redactRow(strings.Split(line, "|"), columns, !table)
			}
			line = ownerInside.ReplaceAllStringFunc(line, func(part string) string {
				if due := ownerInside.FindStringSubmatch(part)[1]; due != "" {
					return " (" + due + ")"
				}
				return ""
			})
			lines[n] = ownerPart.ReplaceAllString(line, "$1")
		}
		table = strings.Contains(line, "|")
	}
	return strings.Join(lines, "\n")
}

// redactRow empties the cells of a table that tell of owners or revenue: those below such a
// heading, and those after such a first cell. The first row adds its headings to the columns.
func redactRow(cells []string, columns map[int]bool, first bool) string {
	if strings.Trim(strings.Join(cells, ""), " \t:-") == "" {
		return strings.Join(cells, "|") // the line below the headings
	}
	after := false
	for k, cell := range cells {
		switch {
		case after && strings.TrimSpace(cell) != "", columns[k]:
			cells[k] = " "
		case strings.TrimSpace(strings.Join(cells[:k], "")) == "":
			after = revenueCell.MatchString(cell) || !first && ownerCell.MatchString(cell)
		}
		if first && (revenueCell.MatchString(cell) || ownerCell.MatchString(cell)) {
			columns[k] = true
		}
	}
	return strings.Join(cells, "|")
}
