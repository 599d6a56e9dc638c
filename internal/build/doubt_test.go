package build_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/source/content"
)

// p0 is the first update of a P0, with every key that an update may have.
var p0 = [][2]string{
	{"title", "API down"}, {"severity", "P0"}, {"status", "investigating"}, {"date", "2026-10-02T10:04:00Z"}, {"components", "api"}, {"impact", "All requests fail"},
	{"eta", "2026-10-02T12:00:00Z"}, {"detected", "2026-10-02T10:01:00Z"}, {"acknowledged", "2026-10-02T10:02:00Z"}, {"hold", "30m"}, {"amended", "2026-10-02T10:05:00Z"},
	{"aliases", "/issues/a/"}, {"security", "incident"}, {"data_loss", "true"}, {"escalate", "ceo"}, {"escalated", "{lead: 2026-10-02T10:05:00Z}"}, {"notified", "2026-10-02T10:05:00Z"}, {"waive", `{escalate: "drill"}`},
}

// damages are the ways to damage a key and its value.
var damages = map[string]func(key, value string) string{
	"right":                 func(key, value string) string { return key + ": " + value },
	"missing":               func(key, value string) string { return "# " + key },
	"empty":                 func(key, value string) string { return key + ":" },
	"empty, quoted":         func(key, value string) string { return key + `: ""` },
	"null":                  func(key, value string) string { return key + ": ~" },
	"a list":                func(key, value string) string { return key + ": [" + value + "]" },
	"an empty list":         func(key, value string) string { return key + ": []" },
	"a list in a list":      func(key, value string) string { return key + ": [[" + value + "]]" },
	"a list of lines":       func(key, value string) string { return key + ":\n- " + value },
	"a list with nothing":   func(key, value string) string { return key + ": [~, " + value + "]" },
	"a map":                 func(key, value string) string { return key + ": {a: " + value + "}" },
	"a map of itself":       func(key, value string) string { return key + ": {" + strings.Trim(value, "{}") + ": x}" },
	"an empty map":          func(key, value string) string { return key + ": {}" },
	"a number":              func(key, value string) string { return key + ": 7" },
	"a truth":               func(key, value string) string { return key + ": true" },
	"an untruth":            func(key, value string) string { return key + ": false" },
	"a day":                 func(key, value string) string { return key + ": 2026-10-02" },
	"a misspelt value":      func(key, value string) string { return key + ": " + value + "x" },
	"another value":         func(key, value string) string { return key + ": nonsense" },
	"capitals":              func(key, value string) string { return key + ": " + strings.ToUpper(value) },
	"spaces":                func(key, value string) string { return key + ":   " + value + "   " },
	"a misspelt key":        func(key, value string) string { return key[1:2] + key[:1] + key[2:] + ": " + value },
	"a key in capitals":     func(key, value string) string { return strings.ToUpper(key) + ": " + value },
	"a quoted key":          func(key, value string) string { return `"` + key + `": ` + value },
	"a tag":                 func(key, value string) string { return key + ": !x " + value },
	"an anchor":             func(key, value string) string { return key + ": &x " + value },
	"an alias":              func(key, value string) string { return key + ": *x" },
	"a tab for a space":     func(key, value string) string { return key + ":\t" + value },
	"a tab before":          func(key, value string) string { return "\t" + key + ": " + value },
	"a tab behind":          func(key, value string) string { return key + ": " + value + "\t" },
	"a tab in a list":       func(key, value string) string { return key + ":\n\t- " + value },
	"a tab in a map":        func(key, value string) string { return key + ":\n\tapi: " + value },
	"an indented key":       func(key, value string) string { return "  " + key + ": " + value },
	"a colon":               func(key, value string) string { return key + ": " + value + ": and more" },
	"a colon without text":  func(key, value string) string { return key + ": " + value + ":" },
	"no space":              func(key, value string) string { return key + ":" + value },
	"two colons":            func(key, value string) string { return key + ":: " + value },
	"a quote before":        func(key, value string) string { return key + `: "` + value },
	"a quote behind":        func(key, value string) string { return key + ": " + value + `"` },
	"another quote before":  func(key, value string) string { return key + ": '" + value },
	"words behind a quote":  func(key, value string) string { return key + ": 'x' " + value },
	"an escape":             func(key, value string) string { return key + `: "\q` + value + `"` },
	"a comment":             func(key, value string) string { return key + ": " + value + " #1" },
	"nothing but a comment": func(key, value string) string { return key + ": #" + value },
	"a mark":                func(key, value string) string { return key + ": @" + value },
	"a percent sign":        func(key, value string) string { return key + ": %" + value },
	"words behind brackets": func(key, value string) string { return key + ": [x] " + value },
	"a control character":   func(key, value string) string { return key + ": " + value + "\x07" },
	"no ASCII":              func(key, value string) string { return key + ":\u00a0" + value },
	"a line of its own":     func(key, value string) string { return key + ":\n  " + value },
	"a block":               func(key, value string) string { return key + ": |\n  " + value },
	"a folded block":        func(key, value string) string { return key + ": >\n  " + value + "\n  more" },
	"twice":                 func(key, value string) string { return key + ": " + value + "\n" + key + ": nonsense" },
	"twice, then nothing":   func(key, value string) string { return key + ": " + value + "\n" + key + ":" },
	"long":                  func(key, value string) string { return key + ": " + strings.Repeat(value, 500) },
}

// levels are the indicators of a page, best first.
var levels = []string{"none", "maintenance", "minor", "major", "critical"}

func level(indicator string) int {
	for n, l := range levels {
		if l == indicator {
			return n
		}
	}
	return -1
}

// doubtful builds sites that differ in the updates of one incident, and returns the indicators of
// their pages.
type doubtful struct{ build.Input }

func newDoubtful(t *testing.T) doubtful {
	t.Helper()
	config := &fstest.MapFile{Data: []byte("title = \"x\"\n[[components]]\nid = \"api\"\n[[components]]\nid = \"web\"\n")}
	input, _ := load(t, fstest.MapFS{"config.toml": config}, instant(t, "2026-10-02T10:30:00Z"))
	return doubtful{input}
}

func (d doubtful) state(updates ...string) (string, []diag.Finding) {
	files := fstest.MapFS{}
	for n, text := range updates {
		files[fmt.Sprintf("content/incidents/down/%02d.md", n+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	var findings []diag.Finding
	d.Content, findings = content.Load(files, content.Options{Config: d.Config, Dates: func(map[string]fileset.Hash) content.Dates { return content.Dates{Now: d.Now.Add(-time.Minute)} }})
	result := build.Build(d.Input)
	return result.Site.State().Indicator, append(findings, result.Findings...)
}

func update(damaged, line string) string {
	front := ""
	for _, kv := range p0 {
		if kv[0] == "hold" && damaged == "severity" {
			continue // it may belong to a P2
		}
		if kv[0] == damaged {
			front += line + "\n"
		} else {
			front += kv[0] + ": " + kv[1] + "\n"
		}
	}
	return "---\n" + front + "---\nWe look.\n"
}

// TestDoubtIsNeverGoodNews damages every key of a P0's first update in every way. The page must
// never look better than it should. An unreadable severity counts as P1, or as the worst of several
// stated values.
func TestDoubtIsNeverGoodNews(t *testing.T) {
	site := newDoubtful(t)
	for _, kv := range p0 {
		for name, damage := range damages {
			line := damage(kv[0], kv[1])
			got, findings := site.state(update(kv[0], line))
			want := "critical"
			if kv[0] == "severity" {
				want = "major"
			}
			if kv[0] == "severity" && strings.HasPrefix(name, "twice") {
				want = "critical"
			}
			if level(got) < level(want) {
				t.Errorf("%s: %s, %q: the page is %s, want %s\n%v", kv[0], name, line, got, want, findings)
			}
			if name == "right" && diag.Count(findings, diag.Mistake) > 0 {
				t.Errorf("%s: %v", kv[0], findings)
			}
		}
	}
}

// TestDoubtInALaterUpdate checks that damage in a later update doesn't change the page's state.
func TestDoubtInALaterUpdate(t *testing.T) {
	site := newDoubtful(t)
	for _, kv := range [][2]string{{"status", "resolvd"}, {"severity", "P 9"}, {"components", "nope"}, {"date", "soon"}, {"title", "x"}} {
		for name, damage := range damages {
			if name == "right" && kv[0] == "title" || kv[0] == "components" && (name == "an empty list" || name == "an empty map") {
				continue // unambiguous, or tested elsewhere
			}
			front := "status: identified\n"
			if kv[0] == "status" {
				front = ""
			}
			line := damage(kv[0], kv[1])
			got, findings := site.state(update("", ""), "---\n"+front+line+"\n---\n")
			if got != "critical" {
				t.Errorf("%s: %s, %q: the page is %s\n%v", kv[0], name, line, got, findings)
			}
		}
	}
}

// TestWhatIsClearIsNoMistake checks that keys and values in any usual form are only notes.
func TestWhatIsClearIsNoMistake(t *testing.T) {
	got, findings := newDoubtful(t).state("---\nTitle: API down\nSeverity: p0\nSTATUS: Investigating\ndate: 2026-10-02T10:04:00Z\nComponents: {API: Major outage, web: degraded-performance}\n---\nWe look.\n",
		"---\nstatus: RESOLVED\ndate: 2026-10-02T10:20:00Z\nData Loss: true\n---\n")
	if got != "none" || diag.Count(findings, diag.Mistake) > 0 || diag.Count(findings, diag.Note) < 8 {
		t.Errorf("%s %v", got, findings)
	}
}
