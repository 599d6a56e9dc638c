package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
)

// TestEveryCommandFailsWithAHint runs every command with a wrong flag, and those that need a site
// where there is none. Each error has a hint with a command.
func TestEveryCommandFailsWithAHint(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "with space, ünicode")
	if err := os.MkdirAll(filepath.Join(empty, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	needSite := map[string][]string{
		"build": {}, "check": {}, "due": {}, "list": {}, "pending": {}, "report": {}, "publish": {}, "show": {"x"}, "ack": {}, "mark": {"notified"},
		"new": {"x"}, "update": {"x", "identified"}, "resolve": {}, "maintenance": {"x"}, "amend": {}, "postmortem": {},
	}
	fails := func(want string, args ...string) {
		t.Helper()
		var out, err bytes.Buffer
		status := Main(System{Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &err, Dir: empty, Now: time.Now})
		if text := err.String(); status == exitFine || !strings.Contains(text, "error: ") || !strings.Contains(text, "\nhint: ") || !strings.Contains(text, want) {
			t.Errorf("crier %q: %d, %s", args, status, text)
		}
	}
	var walk func(command *cobra.Command)
	walk = func(command *cobra.Command) {
		path := strings.Fields(command.CommandPath())[1:]
		fails("hint: see "+command.CommandPath()+" --help", append(path, "--no-such-flag")...)
		if args, ok := needSite[strings.Join(path, " ")]; ok {
			fails("crier init", append(path, args...)...)
			delete(needSite, path[0])
		}
		for _, sub := range command.Commands() {
			if sub.Name() != "help" {
				walk(sub)
			}
		}
	}
	walk(newRoot(app.New(System{Dir: empty})))
	if len(needSite) > 0 {
		t.Errorf("no such command: %v", needSite)
	}
}
