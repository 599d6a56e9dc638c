package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/testsite/testenv"
)

func TestPointsInTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 2, 10, 4, 30, 0, time.UTC) // 12:04:30 in Berlin
	for _, c := range []struct {
		text    string
		towards direction
		want    string // "" if the text is invalid
	}{
		{"now", past, "2026-10-02T10:04:30Z"},
		{"+45m", ahead, "2026-10-02T10:49:30Z"},
		{"-1h30m", past, "2026-10-02T08:34:30Z"},
		{"+ 1 h", ahead, "2026-10-02T11:04:30Z"},
		{"2026-10-02T11:00:00Z", ahead, "2026-10-02T11:00:00Z"},
		{"2026-10-02t13:00:00+02:00", ahead, "2026-10-02T11:00:00Z"},
		{"12:00", past, "2026-10-02T10:00:00Z"},
		{"12:30", past, "2026-10-01T10:30:00Z"},
		{"12:30", ahead, "2026-10-02T10:30:00Z"},
		{"9:00", ahead, "2026-10-03T07:00:00Z"},
		{"2026-10-25T03:30", ahead, "2026-10-25T02:30:00Z"},
		{" 2026-11-30 22:00:05 ", ahead, "2026-11-30T21:00:05Z"},
		{"25:00", ahead, ""},
		{"+soon", ahead, ""},
		{"soon", ahead, ""},
		{"", ahead, ""},
		{"+", ahead, ""},
		{"2026-10-02", ahead, ""},
	} {
		got, ok := pointInTime(c.text, now, berlin, c.towards)
		if ok != (c.want != "") || ok && got.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%q: %s %v, want %s", c.text, got.UTC().Format(time.RFC3339), ok, c.want)
		}
	}
}

func TestETA(t *testing.T) {
	now := time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)
	for text, want := range map[string]incident.ETA{
		"":                     {},
		"+45m":                 {Time: now.Add(45 * time.Minute)},
		"45m":                  {Time: now.Add(45 * time.Minute)},
		"11:00":                {Time: now.Add(56 * time.Minute)},
		"within  the hour":     {Words: "within the hour"},
		"unknown":              {Words: "unknown"},
		"2026-10-02T12:00:00Z": {Time: now.Add(116 * time.Minute)},
	} {
		if got, err := etaOf(text, now, time.UTC); err != nil || got != want {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
	for _, text := range []string{"-5m", "2026-10-02", "2026-10-02 9:00", "+later", "24:30", "2026-10-02T09:00:00Z"} {
		if got, err := etaOf(text, now, time.UTC); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestWhatTheEditorLeaves(t *testing.T) {
	for text, want := range map[string]string{
		"We look.\n\n" + scissors + "\n# help\n": "We look.",
		scissors + "\nWe look.\n":                "",
		"# A heading\r\n\r\nWe look.\r\n":        "# A heading\n\nWe look.",
		" \n\t\n":                                "",
	} {
		if got := cut(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"We look into [issue description].":              "[issue description]",
		"[What's affected]":                              "[What's affected]",
		"See [the page](/about/) and [that][1].\n[1]: /": "",
		"A list: [0], []":                                "",
		"- [ ] done":                                     "",
	} {
		if got := unfilled(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCompletionOfAnswers(t *testing.T) {
	q := question{choices: []choice{{"2026-10-02-api-down", "P0"}, {"2026-10-04-webhooks-late", "P1"}}}
	listed := question{several: true, choices: []choice{{"api", "API"}, {"web", ""}, {"webhooks", ""}}}
	for _, c := range []struct {
		question
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
	if got := columns([]choice{{"P0", "critical"}, {"P10", ""}}); got != "  P0   critical\n  P10\n" {
		t.Errorf("%q", got)
	}
}

// TestAnUpdateComesAfterTheLastOne checks that, if clocks differ by less than the tolerance, an
// update written later is not dated earlier.
func TestAnUpdateComesAfterTheLastOne(t *testing.T) {
	dir := t.TempDir()
	at := func(minutes int) time.Time { return autumn.Add(time.Duration(minutes) * time.Minute) }
	testenv.Write(t, dir, "config.toml", "title = \"Example\"\n")
	status, stdout, stderr := run(t, dir, at(0), "new", "Down", "-s", "P1", "-m", "x")
	if status != 0 || !strings.Contains(stdout, "Next update due 12:30 UTC") {
		t.Fatal(stdout, stderr)
	}
	if _, _, stderr = run(t, dir, at(-2), "update", "identified", "-m", "x"); strings.Contains(stderr, "note: ") {
		t.Error(stderr)
	}
	if text := filesOf(t, dir)["content/incidents/2026/2026-10-01-down/02-identified.md"]; !strings.Contains(text, "date: 2026-10-01T12:00:00Z\n") {
		t.Error(text)
	}
	if _, _, stderr = run(t, dir, at(-10), "update", "monitoring", "-m", "x"); !strings.Contains(stderr, "note: 02-identified is dated later, 12:00 UTC: this update comes before it\n") {
		t.Error(stderr)
	}
}

// answering runs the command line on a terminal with the given input.
func answering(t *testing.T, dir, typed string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = Main(System{Args: args, Stdin: strings.NewReader(typed), Stdout: &out, Stderr: &err, Dir: dir, Now: func() time.Time { return autumn },
		Terminal: Terminal{Interactive: true, Raw: func() (int, func(), error) { return 200, func() {}, nil },
			Edit:   func(_, file string) error { return os.WriteFile(file, []byte("Written.\n"), 0o600) },
			Getenv: func(string) string { return "" }}})
	return status, out.String(), err.String()
}

// TestASeverityThatIsAskedFor checks that a severity given as an answer sets the conditions that
// are not stated, and forbids a hold.
func TestASeverityThatIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	testenv.Write(t, dir, "config.toml", "title = \"Example\"\n[[components]]\nid = \"api\"\n[[components]]\nid = \"web\"\n")
	status, stdout, stderr := answering(t, dir, "P0\r\r\r", "new", "Down", "-c", "api=degraded,web", "--dry-run")
	if status != 0 || !strings.Contains(stdout, "components: {api: degraded_performance, web: major_outage}\neta: unknown\n---\nWritten.\n") {
		t.Error(status, stdout, stderr)
	}
	status, _, stderr = answering(t, dir, "P1\r\r\r\r", "new", "Down", "--hold", "30m")
	if status != exitUsage || !strings.Contains(stderr, "error: an update of a P1 is never held") {
		t.Error(status, stderr)
	}
	// If a text is given, only missing values are asked for. Keys typed in advance answer the
	// questions in order.
	status, stdout, stderr = answering(t, dir, "Down\rP2\r", "new", "-m", "x", "--dry-run")
	if status != 0 || !strings.Contains(stdout, "title: Down\nseverity: P2\n") {
		t.Error(status, stdout, stderr)
	}
	if files := filesOf(t, dir); len(files) != 1 {
		t.Error(files)
	}
}

func TestCompletions(t *testing.T) {
	dir := t.TempDir()
	testenv.Write(t, dir, "config.toml", "title = \"Example\"\n[[components]]\nid = \"api\"\nname = \"API\"\n[[components]]\nid = \"web\"\n")
	testenv.Write(t, dir, "content/templates/api-down.md", "---\ntitle: API down\nseverity: P0\n---\nx\n")
	run(t, dir, autumn, "new", "Down", "-s", "P1", "-m", "x")
	run(t, dir, autumn, "new", "Slow", "-s", "P2", "-m", "x")
	run(t, dir, autumn, "resolve", "slow", "-m", "x")
	run(t, dir, autumn, "maintenance", "Work", "--start", "+1h", "--duration", "1h", "-m", "x")
	for line, want := range map[string]string{
		"update|":                  "2026-10-01-down\tP1, Investigating: Down\n2026-10-01-work\tmaintenance, Scheduled: Work\ninvestigating\nidentified\nmonitoring\nresolved",
		"update|down|":             "investigating\nidentified\nmonitoring\nresolved",
		"update|work|":             "scheduled\nin_progress\nverifying\ncompleted\ncancelled",
		"update|down|resolved|":    "",
		"update|2026-10-01-s":      "2026-10-01-slow\tP2, Resolved: Slow",
		"update|m":                 "monitoring",
		"resolve|":                 "2026-10-01-down\tP1, Investigating: Down\n2026-10-01-work\tmaintenance, Scheduled: Work",
		"show|":                    "2026-10-01-down\tP1, Investigating: Down\n2026-10-01-work\tmaintenance, Scheduled: Work\n2026-10-01-slow\tP2, Resolved: Slow",
		"amend|slow|":              "01-investigating\tInvestigating\n02-resolved\tResolved",
		"new|-c|":                  "api\tAPI\nweb\tweb",
		"new|-c|api,":              "api,api\tAPI\napi,web\tweb",
		"new|-c|web=":              "web=operational\tOperational\nweb=degraded_performance\tDegraded performance\nweb=partial_outage\tPartial outage\nweb=major_outage\tMajor outage",
		"new|-s|":                  "P0\tcritical\nP1\thigh\nP2\tmedium\nP3\tlow",
		"new|--template|":          "api-down\tAPI down",
		"new|--site|nowhere|-c|":   "",
		"list|--component|":        "api\tAPI\nweb\tweb",
		"postmortem|2026-10-01-sl": "2026-10-01-slow\tP2, Resolved: Slow",
	} {
		_, stdout, _ := run(t, dir, autumn, append([]string{"__complete"}, strings.Split(line, "|")...)...)
		got, directive, _ := strings.Cut(stdout, ":")
		if strings.Contains(stdout, ": ") { // a description has a colon too
			i := strings.LastIndex(stdout, "\n:")
			got, directive = stdout[:max(i, 0)], stdout[i+2:]
		}
		if strings.TrimSpace(got) != want || directive == "" {
			t.Errorf("%s:\n%s\nwant\n%s", line, got, want)
		}
	}
}
