package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

// TestABrokenRecordIsRepaired checks that due, report and check warn about a broken record and say
// what they use instead, and that the next publish repairs it and reports the repair, as text and
// as JSON, even though the pages need no change.
func TestABrokenRecordIsRepaired(t *testing.T) {
	for _, target := range []string{"dir:served", "git:origin#pages"} {
		commands := testenv.Some(1, []string{"due", "report", "check"})
		m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
		m.write("config.toml", fmt.Sprintf(smallSite, "http://localhost/"))
		m.write("content/incidents/a/01-investigating.md", fmt.Sprintf(newP0, "api"))
		m.commit()
		origin := testenv.Remote(t)
		m.git("remote", "add", "origin", origin)
		broke := func() {
			if target == "dir:served" {
				if err := os.WriteFile(filepath.Join(m.dir, "served/.crier/record/index.json"), []byte("{{{"), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			change := testenv.GitCommand(t, origin, "fast-import", "--quiet")
			change.Stdin = strings.NewReader("commit refs/heads/pages\ncommitter Operator <operator@example.com> 1790935500 +0000\ndata 8\nBreak it\n" +
				"from refs/heads/pages^0\nM 100644 inline .crier/record/index.json\ndata 3\n{{{\n")
			if out, err := change.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		m.must("publish", "--force", "--to", target)
		broke()
		const reads = "warning: .crier/record/index.json is not a valid file of the publish record: invalid character '{' looking for beginning of object key string\n" +
			"  hint: the evidence is the 1 update in it that can be read, and git for the others; the next crier publish repairs the record\n"
		for _, command := range commands {
			if _, _, stderr := m.crier(command, "--record", target); !strings.Contains(stderr, reads) {
				t.Errorf("%s of %s:\n%s", command, target, stderr)
			}
		}
		const repairs = ".crier/record/index.json is not a valid file of the publish record: invalid character '{' looking for beginning of object key string; " +
			"rebuilt from the files of the record, complete since 2026-10-02T10:05:00Z"
		if _, _, stderr := m.crier("publish", "--force", "--to", target); !strings.Contains(stderr, target+": warning: "+repairs+"\n") {
			t.Errorf("publish to %s:\n%s", target, stderr)
		}
		for _, command := range commands {
			if _, _, stderr := m.crier(command, "--record", target); strings.Contains(stderr, "warning") {
				t.Errorf("%s of %s, repaired:\n%s", command, target, stderr)
			}
		}
		broke()
		var report struct{ Targets []struct{ Warnings []string } }
		stdout := m.must("publish", "--force", "--to", target, "--format", "json")
		if err := json.Unmarshal([]byte(stdout), &report); err != nil || len(report.Targets) != 1 || len(report.Targets[0].Warnings) != 1 || report.Targets[0].Warnings[0] != repairs {
			t.Errorf("%v\n%s", err, stdout)
		}
		if stdout := m.must("publish", "--force", "--to", target); !strings.Contains(stdout, "already up to date") {
			t.Error(stdout)
		}
	}
}
