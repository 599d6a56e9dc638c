package app

import "testing"

func TestCompletionOfAnswers(t *testing.T) {
	q := Question{Choices: []Choice{{"2026-10-02-api-down", "P0"}, {"2026-10-04-webhooks-late", "P1"}}}
	listed := Question{Several: true, Choices: []Choice{{"api", "API"}, {"web", ""}, {"webhooks", ""}}}
	for _, c := range []struct {
		Question
		line, want string
		choices    int
	}{
		{q, "", "2026-10-0", 0},
		{q, "2026-10-0", "2026-10-0", 2},
		{q, "2026-10-02", "2026-10-02-api-down", 0},
		{q, "API", "2026-10-02-api-down", 0},
		{q, "late", "2026-10-04-webhooks-late", 0},
		{q, "none", "none", 0},
		{listed, "a", "api", 0},
		{listed, "api, w", "api, web", 0},
		{listed, "api,web", "api,web", 2},
		{listed, "api,webh", "api,webhooks", 0},
		{listed, "API,", "API,", 3},
	} {
		line, choices := c.complete(c.line)
		if line != c.want || len(choices) != c.choices {
			t.Errorf("%q: %q and %v", c.line, line, choices)
		}
	}
	if got := columns([]Choice{{"P0", "critical"}, {"P10", ""}}); got != "  P0  critical\n  P10\n" {
		t.Errorf("%q", got)
	}
}
