package policy

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
)

// TestTheDocs checks docs/rules.md and docs/configuration.md against the table of rules and the
// defaults.
func TestTheDocs(t *testing.T) {
	rules := Defaults()
	told := page(t, "rules.md")
	settings := page(t, "configuration.md")
	cells := map[incident.Severity][]string{}
	for _, row := range Table {
		if !regexp.MustCompile(`(?m)^\*\*([a-z, ]+, )?` + string(row.Rule) + `(, [a-z, ]+)?\.\*\*`).MatchString(told) {
			t.Errorf("docs/rules.md has no paragraph that begins with **%s.**", row.Rule)
		}
		for _, number := range row.Severity {
			var durations []time.Duration
			for _, severity := range incident.Severities {
				of := rules.Severity[severity]
				durations = append(durations, *number.In(&of))
			}
			asked := slices.Max(durations) > 0
			var written []string
			for n, d := range durations {
				text := ""
				if number.Immediately {
					text = "immediately"
				}
				if d > 0 {
					text = Words(d)
				}
				if asked {
					cells[incident.Severities[n]] = append(cells[incident.Severities[n]], text)
				}
				written = append(written, strings.NewReplacer(" ", "", "min", "m").Replace(text))
			}
			if row := regexp.MustCompile("(?m)^\\| `" + number.Key + "` \\|[^|]*" + regexp.QuoteMeta(line(written...)) + "$"); !row.MatchString(settings) {
				t.Errorf("docs/configuration.md lacks\n%s", row)
			}
		}
		for _, number := range row.All {
			if !strings.Contains(settings, "`"+number.Key+"`, how ") || !regexp.MustCompile(`\| `+Words(*number.In(&rules))+` \| (the runbook's|ours) \|`).MatchString(told) {
				t.Errorf("the docs lack %s", number.Key)
			}
		}
	}
	var rows []string
	for _, severity := range incident.Severities {
		rows = append(rows, line(append([]string{severity.String()}, cells[severity]...)...))
	}
	rows = append(rows, "| tolerance | "+Words(rules.Tolerance)+" | ours |",
		"| next update of a P0 | "+Words(rules.UpdateEvery[incident.P0])+" | ours |", "| next update of a P1 | "+Words(rules.UpdateEvery[incident.P1])+" | ours |")
	for _, row := range rows {
		if !strings.Contains(told, row+"\n") {
			t.Errorf("docs/rules.md lacks\n%s", row)
		}
	}
}

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// line returns a row of a Markdown table.
func line(cells ...string) string {
	text := "|"
	for _, cell := range cells {
		if cell != "" {
			text += " " + cell
		}
		text += " |"
	}
	return text
}

// TestTheTable checks the properties of every rule that the rest of the program relies on.
func TestTheTable(t *testing.T) {
	keys := map[string]bool{}
	for n, row := range Table {
		for _, other := range Table[:n] {
			if other.Rule == row.Rule {
				t.Errorf("%s has two rows", row.Rule)
			}
		}
		if row.Remedy == "" {
			t.Errorf("%s has no remedy", row.Rule)
		}
		for _, number := range row.Severity {
			if keys[number.Key] || !strings.HasSuffix(number.Help, ".") {
				t.Errorf("%s: %+v", row.Rule, number)
			}
			keys[number.Key] = true
		}
	}
	if got := Postmortem.Row().Rule; got != Postmortem {
		t.Error(got)
	}
}
