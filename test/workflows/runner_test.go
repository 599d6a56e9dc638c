package workflows

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// workflow, job, step and action are the parts of workflows and of action.yml that the tests use
// (docs.github.com/actions/reference/workflows-and-actions).
type workflow struct {
	On          yaml.Node         `yaml:"on"`
	Permissions map[string]string `yaml:"permissions"`
	Concurrency yaml.Node         `yaml:"concurrency"`
	Jobs        map[string]job    `yaml:"jobs"`
}

type job struct {
	If          string            `yaml:"if"`
	Needs       string            `yaml:"needs"`
	Permissions map[string]string `yaml:"permissions"`
	Env         map[string]string `yaml:"env"`
	Steps       []step            `yaml:"steps"`
}

type step struct {
	ID    string            `yaml:"id"`
	Name  string            `yaml:"name"`
	If    string            `yaml:"if"`
	Uses  string            `yaml:"uses"`
	With  map[string]string `yaml:"with"`
	Run   string            `yaml:"run"`
	Shell string            `yaml:"shell"`
	Env   map[string]string `yaml:"env"`
}

type action struct {
	Inputs map[string]struct {
		Default string `yaml:"default"`
	} `yaml:"inputs"`
	Runs struct {
		Using string `yaml:"using"`
		Steps []step `yaml:"steps"`
	} `yaml:"runs"`
}

// root returns the root of this repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// runner runs the steps of jobs as GitHub's runner does, as far as these workflows need it. It runs
// `run` steps and this repository's own action in the workspace. It doesn't run GitHub's own
// actions: the tests do their work instead.
type runner struct {
	t         *testing.T
	workspace string
	temp      string
	context   map[string]string // for expressions: "github.repository" and so on
	env       map[string]string // environment of every step
	path      []string
	ran       []string // names of the steps that ran
	summary   string   // summary of the run
	log       string
	failed    bool
}

// job runs a job of a workflow and reports whether it succeeded.
func (r *runner) job(j job) bool {
	r.t.Helper()
	r.failed, r.path, r.log = false, nil, ""
	steps := map[string]string{}
	maps.DeleteFunc(r.context, func(name, _ string) bool { return strings.HasPrefix(name, "steps.") })
	r.steps(j.Steps, j.Env, steps)
	return !r.failed
}

func (r *runner) steps(list []step, env, outputs map[string]string) {
	r.t.Helper()
	for _, s := range list {
		if !r.holds(s.If) {
			continue
		}
		switch {
		case s.Uses == "./":
			r.action(s, env)
		case s.Uses != "":
			r.ran = append(r.ran, s.Uses)
		default:
			r.run(s, env, outputs)
		}
	}
}

// action runs action.yml with the inputs of a step.
func (r *runner) action(s step, env map[string]string) {
	r.t.Helper()
	var a action
	read(r.t, "action.yml", &a)
	if a.Runs.Using != "composite" {
		r.t.Fatal("the action is not composite")
	}
	outer := maps.Clone(r.context)
	for name, input := range a.Inputs {
		r.context["inputs."+name] = r.expand(input.Default)
	}
	if binary := r.env["CRIER_TEST_BINARY"]; binary != "" {
		r.context["inputs.binary"] = binary
	}
	for name, value := range s.With {
		if _, known := a.Inputs[name]; !known {
			r.t.Errorf("action.yml has no input %q", name)
		}
		r.context["inputs."+name] = r.expand(value)
	}
	r.context["steps.cache.outputs.cache-hit"], r.context["steps.release.outputs.found"] = "", ""
	r.steps(a.Runs.Steps, env, map[string]string{})
	r.context = outer
}

// run runs a script with the files that scripts use to communicate with the runner.
func (r *runner) run(s step, env, outputs map[string]string) {
	r.t.Helper()
	files := map[string]string{}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_ENV", "GITHUB_STEP_SUMMARY"} {
		files[name] = filepath.Join(r.temp, name)
		if err := os.WriteFile(files[name], nil, 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	script := filepath.Join(r.temp, "script.sh")
	if err := os.WriteFile(script, []byte(r.expand(s.Run)), 0o644); err != nil {
		r.t.Fatal(err)
	}
	args := []string{"-e", script}
	if s.Shell == "bash" {
		args = []string{"--noprofile", "--norc", "-eo", "pipefail", script}
	}
	c := exec.Command("bash", args...)
	c.Dir = r.workspace
	path := strings.Join(append(append([]string{}, r.path...), systemPath), string(os.PathListSeparator))
	c.Env = []string{"PATH=" + path, "HOME=" + os.Getenv("HOME"), "RUNNER_TEMP=" + r.temp, "GITHUB_WORKSPACE=" + r.workspace, "GITHUB_ACTIONS=true", "CI=true"}
	for _, set := range []map[string]string{r.env, env, s.Env, files} {
		for name, value := range set {
			c.Env = append(c.Env, name+"="+r.expand(value))
		}
	}
	out, err := c.CombinedOutput()
	r.ran = append(r.ran, s.Name)
	r.log += fmt.Sprintf("== %s\n%s", s.Name, out)
	if err != nil {
		r.failed = true
		r.log += fmt.Sprintf("(%v)\n", err)
	}
	content := func(name string) string {
		raw, err := os.ReadFile(files[name])
		if err != nil {
			r.t.Fatal(err)
		}
		return string(raw)
	}
	for line := range strings.Lines(content("GITHUB_OUTPUT")) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		r.context["steps."+s.ID+".outputs."+name] = value
	}
	for line := range strings.Lines(content("GITHUB_PATH")) {
		r.path = append([]string{strings.TrimSuffix(line, "\n")}, r.path...)
	}
	r.summary += content("GITHUB_STEP_SUMMARY")
}

var expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

// expand replaces expressions. An unknown expression fails the test.
func (r *runner) expand(text string) string {
	return expression.ReplaceAllStringFunc(text, func(match string) string {
		return r.value(expression.FindStringSubmatch(match)[1])
	})
}

func (r *runner) value(term string) string {
	if literal, ok := strings.CutPrefix(term, "'"); ok {
		return strings.TrimSuffix(literal, "'")
	}
	value, known := r.context[term]
	if !known {
		r.t.Errorf("the test knows no %q", term)
	}
	return value
}

// holds evaluates a condition made of comparisons and !cancelled(), joined by &&. Without a status
// function, a step only runs if no earlier step failed.
func (r *runner) holds(condition string) bool {
	if m := expression.FindStringSubmatch(condition); m != nil {
		condition = m[1]
	}
	if !strings.Contains(condition, "cancelled()") && r.failed {
		return false
	}
	for term := range strings.SplitSeq(condition, "&&") {
		term = strings.TrimSpace(term)
		switch {
		case term == "" || term == "!cancelled()":
		case strings.Contains(term, " == "):
			left, right, _ := strings.Cut(term, " == ")
			if r.value(left) != r.value(right) {
				return false
			}
		case strings.Contains(term, " != "):
			left, right, _ := strings.Cut(term, " != ")
			if r.value(left) == r.value(right) {
				return false
			}
		default:
			r.t.Fatalf("the test cannot evaluate %q", term)
		}
	}
	return true
}
