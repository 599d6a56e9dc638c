package cli

import "testing"

// TestInitWritesTheCommit checks the action that crier init writes into workflows.
func TestInitWritesTheCommit(t *testing.T) {
	const commit = "0057852bfaa89a56745cba8c7296529d2fc39830"
	for want, b := range map[string]buildInfo{
		"settler/crier@" + commit + " # v0.1.0": {Version: "v0.1.0", Commit: commit},
		"settler/crier@COMMIT":                  {Version: "v0.1.0"},
	} {
		if got := b.action(); got != want {
			t.Errorf("%+v: %s", b, got)
		}
	}
	if got := (buildInfo{Version: "v0.1.0+dirty", Commit: commit, Modified: true}).action(); got != "settler/crier@COMMIT" {
		t.Error("the action is at a commit that the program was not built from:", got)
	}
}
