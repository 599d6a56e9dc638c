package report

import (
	"runtime/debug"
	"strings"
	"testing"
)

// TestAction checks the action that crier init writes into workflows.
func TestAction(t *testing.T) {
	const commit = "0057852bfaa89a56745cba8c7296529d2fc39830"
	for want, b := range map[string]Version{
		"settler/crier@" + commit + " # v0.1.0": {Version: "v0.1.0", Commit: commit},
		"settler/crier@COMMIT":                  {Version: "v0.1.0"},
	} {
		if got := b.Action(); got != want {
			t.Errorf("%+v: %s", b, got)
		}
	}
	if got := (Version{Version: "v0.1.0+dirty", Commit: commit, Modified: true}).Action(); got != "settler/crier@COMMIT" {
		t.Error("the action is at a commit that the program was not built from:", got)
	}
}

func TestVersion(t *testing.T) {
	info := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "12ab"}, {Key: "vcs.modified", Value: "true"}}}
	if v := NewVersion(info); v.Version != "v1.2.3" || v.Commit != "12ab" || !v.Modified || !strings.HasPrefix(v.String(), "v1.2.3 12ab (go") {
		t.Errorf("%+v %s", v, v)
	}
	if v := NewVersion(nil); !strings.HasPrefix(v.String(), "(devel) (go") || v.Action() != "settler/crier@COMMIT" {
		t.Errorf("%+v %s", v, v)
	}
}
