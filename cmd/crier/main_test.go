package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"settler.io/crier/internal/cli"
	"settler.io/crier/internal/testsite/testenv"
)

var update = flag.Bool("update", false, "write what comes out into the cases")

func TestMain(m *testing.M) {
	testscript.Main(testenv.Process{M: m}, map[string]func(){"crier": func() { os.Exit(cli.Main(cli.OS())) }})
}

// TestScripts runs the scripts in testdata, each in its own folder. The condition long holds with
// CRIER_LONG. With -update it writes the actual output into the scripts, for review.
func TestScripts(t *testing.T) {
	jenkins, err := filepath.Abs("../../internal/source/importer/cstate/testdata/jenkins")
	if err != nil {
		t.Fatal(err)
	}
	statuspage, err := filepath.Abs("../../internal/source/importer/statuspage/testdata/v1")
	if err != nil {
		t.Fatal(err)
	}
	upptime, err := filepath.Abs("../../internal/source/importer/upptime/testdata/site")
	if err != nil {
		t.Fatal(err)
	}
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"lastline": lastLine, "web": web, "page": page,
		},
		Condition: func(name string) (bool, error) {
			if name != "long" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return testenv.Long(), nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("JENKINS", jenkins)
			env.Setenv("STATUSPAGE", statuspage)
			env.Setenv("UPPTIME", upptime)
			env.Setenv("GIT", git)
			env.Vars = append(env.Vars, testenv.GitConfig()...)
			return nil
		},
	})
}
