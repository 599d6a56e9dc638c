package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed is the import table of the house: a package and those of ours that it may import. Data flows from left to right,
// imports point left and inward; cli, at the edge, may import anything.
var allowed = map[string][]string{
	"diag":            {},
	"fileset":         {},
	"incident":        {},
	"tree":            {"diag"},
	"markdown":        {"diag"},
	"policy":          {"incident"},
	"status":          {"incident"},
	"config":          {"diag", "incident", "policy", "tree"},
	"content":         {"config", "diag", "incident", "markdown", "tree"},
	"cache":           {"regular"},
	"check":           {"config", "content", "diag", "incident", "policy", "record"},
	"report":          {"incident", "policy"},
	"schema":          {"content", "incident"},
	"record":          {},
	"regular":         {},
	"locale":          {"diag", "incident", "tree"},
	"site":            {"config", "content", "diag", "incident", "locale", "markdown", "policy", "status"},
	"compiled":        {},
	"theme":           {"compiled", "diag", "incident", "locale", "site", "status"},
	"feed":            {"markdown", "site"},
	"api":             {"incident", "site"},
	"calendar":        {"incident", "markdown", "site"},
	"badge":           {"incident", "markdown", "site"},
	"search":          {"site"},
	"sitemap":         {"site"},
	"build":           {"api", "badge", "calendar", "config", "content", "diag", "feed", "fileset", "locale", "search", "site", "sitemap", "theme"},
	"importer/cstate": {"diag", "tree"},
	"scaffold":        {},
	"sitegen":         {},
	"sitefs":          {"cache", "regular"},
	"bound":           {},
	"publish":         {"fileset", "incident", "record"},
	"disk":            {"fileset", "regular"},
	"folder":          {"disk", "fileset", "publish", "regular"},
	"gitbranch":       {"fileset", "publish"},
	"githubpages":     {"fileset", "publish"},
	"gitlog":          {"regular"},
	"announce":        {"site"},
	"outlook":         {"content", "incident", "policy"},
	"witness":         {"record", "regular"},
	"notice":          {},
	"compose":         {"incident", "markdown", "tree"},
	"gitcommit":       {},
	"watch":           {},
	"devserver":       {"fileset"},

	"githubpages/githubtest": {},
	"notice/noticetest":      {},
	"publish/publishtest":    {"fileset", "incident", "publish", "record"},
}

// edges are the packages that may touch the world. All others are pure: no os, net, os/exec and no clock.
var edges = []string{"announce", "bound", "cache", "devserver", "disk", "folder", "gitbranch", "gitcommit", "githubpages", "githubpages/githubtest", "gitlog", "notice", "notice/noticetest", "regular", "sitefs", "watch", "witness", "cli"}

var impure = []string{"os", "os/exec", "os/signal", "net", "net/http", "syscall", "math/rand"}

// opens are the calls that open a file for reading whatever it is, and opening those that are right: for folders, for the running program,
// and for what is built in.
var (
	opens   = []string{"os.Open(", "os.ReadFile(", "oot.Open(", "oot.ReadFile(", "oot.FS()", "arget.ReadFile(", "ource.FS()", "os.DirFS("}
	opening = map[string][]string{
		"cache/cache.go":      {"oot.FS()"},
		"cli/fingerprint.go":  {"os.Open("},
		"cli/publishbuild.go": {"os.DirFS("},
		"disk/commit.go":      {"oot.FS()"},
		"disk/manifest.go":    {"oot.FS()"},
		"folder/folder.go":    {"os.DirFS("},
		"sitefs/sitefs.go":    {"os.Open(", "oot.FS()"},
	}
)

func TestImportsPointInward(t *testing.T) {
	seen := map[string]bool{}
	fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata") {
			return err
		}
		pkg := path.Dir(name)
		seen[pkg] = true
		imports, known := allowed[pkg]
		if !known && pkg != "cli" {
			t.Errorf("package %s is not in the import table: add it, with its one sentence in docs/architecture.md", pkg)
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
		if err != nil {
			return err
		}
		edge := slices.Contains(edges, pkg)
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if ours, ok := strings.CutPrefix(imported, "settler.io/crier/internal/"); ok && pkg != "cli" && !slices.Contains(imports, ours) {
				t.Errorf("%s imports %s, which the table does not allow", name, ours)
			}
			if !edge && slices.Contains(impure, imported) {
				t.Errorf("%s imports %s: package %s is pure", name, imported, pkg)
			}
		}
		for _, call := range opens {
			if pkg != "regular" && pkg != "githubpages/githubtest" && strings.Contains(string(src), call) && !slices.Contains(opening[name], call) {
				t.Errorf("%s calls %s): package regular opens files, so that nothing waits for a pipe", name, call)
			}
		}
		if pkg != "cli" && (strings.Contains(string(src), "time.Now(") || strings.Contains(string(src), "time.Since(")) {
			t.Errorf("%s reads the clock; time is an argument below cli", name)
		}
		return nil
	})
	for pkg := range allowed {
		if !seen[pkg] {
			t.Errorf("package %s of the table does not exist", pkg)
		}
	}
}

// TestEveryPackageHasItsSentence checks that docs/architecture.md tells what each package is.
func TestEveryPackageHasItsSentence(t *testing.T) {
	text, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range allowed {
		if !strings.Contains(string(text), "| `"+pkg+"` |") {
			t.Errorf("docs/architecture.md has no row for `%s`", pkg)
		}
	}
}
