package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

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
			Edit: func(_, file string) error { return os.WriteFile(file, []byte("Written.\n"), 0o600) }}})
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
