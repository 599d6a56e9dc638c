package policy

import (
	"os"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
)

// TestTheTableOfTheDocs compares docs/rules.md with the defaults.
func TestTheTableOfTheDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	cell := func(d time.Duration, zero string) string {
		if d == 0 {
			return zero
		}
		return Words(d)
	}
	rules := Defaults()
	var rows []string
	for _, s := range incident.Severities {
		r := rules.Severity[s]
		immediately := func(d time.Duration) string { return cell(d, "immediately") }
		row := "| " + strings.Join([]string{s.String(), immediately(r.Publish), immediately(r.Respond), cell(r.Resolve, ""), cell(r.Lead, ""), cell(r.CTO, ""), cell(r.Meeting, ""), cell(r.Postmortem, "")}, " | ") + " |"
		rows = append(rows, strings.ReplaceAll(row, "|  |", "| |"))
	}
	rows = append(rows, "| tolerance | "+Words(rules.Tolerance)+" | ours |",
		"| next update of a P0 | "+Words(rules.UpdateEvery[incident.P0])+" | ours |", "| next update of a P1 | "+Words(rules.UpdateEvery[incident.P1])+" | ours |",
		"| customers hear of a breach | "+Words(rules.Notify)+" | the runbook's |", "| a major outage goes to the CEO after | "+Words(rules.OutageCEO)+" | the runbook's |")
	for _, row := range rows {
		for strings.Contains(row, "|  |") {
			row = strings.ReplaceAll(row, "|  |", "| |")
		}
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/rules.md lacks\n%s", row)
		}
	}
}
