package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed is the import table of the house: a package and those of ours that it may import. Data flows from left to right,
// imports point left and inward; cli, at the edge, may import anything.
var allowed = map[string][]string{
	"diag":                   {},
	"fileset":                {},
	"parallel":               {},
	"incident":               {},
	"source/frontmatter":     {"diag"},
	"source/markdown":        {"diag"},
	"policy":                 {"incident"},
	"status":                 {"incident"},
	"source/config":          {"diag", "incident", "policy", "source/frontmatter"},
	"source/content":         {"diag", "incident", "parallel", "policy", "source/config", "source/frontmatter", "source/markdown"},
	"cache":                  {"build", "diag", "git", "sitefs", "sitefs/regularfile", "source/config"},
	"source/check":           {"diag", "incident", "policy", "publish/record", "source/config", "source/content"},
	"source/schema":          {"incident", "policy", "source/content"},
	"publish/record":         {},
	"sitefs/regularfile":     {},
	"source/locale":          {"diag", "incident", "source/frontmatter"},
	"site":                   {"diag", "fileset", "incident", "parallel", "policy", "source/config", "source/content", "source/locale", "source/markdown", "status"},
	"render/theme":           {"diag", "incident", "site", "source/locale", "status"},
	"render/feed":            {"site", "source/markdown"},
	"render/statuspage":      {"incident", "site"},
	"render/ical":            {"incident", "site", "source/markdown"},
	"render/badge":           {"incident", "site", "source/markdown"},
	"render/search":          {"site"},
	"build":                  {"diag", "fileset", "render/badge", "render/feed", "render/ical", "render/search", "render/statuspage", "render/theme", "site", "source/config", "source/content", "source/locale"},
	"source/importer/cstate": {"diag", "source/frontmatter"},
	"source/compose":         {"incident", "source/frontmatter", "source/markdown"},
	"testsite":               {},
	"sitefs":                 {"parallel", "sitefs/regularfile"},
	"cli":                    {},
	"publish":                {"fileset", "incident", "parallel", "publish/record"},
	"publish/disk":           {"fileset", "parallel", "publish", "sitefs/regularfile"},
	"publish/gitbranch":      {"fileset", "git/redact", "publish"},
	"publish/githubpages":    {"fileset", "httpclient", "publish"},
	"httpclient":             {},
	"git":                    {"git/redact", "sitefs/regularfile"},
	"publish/live":           {"httpclient", "publish"},
	"publish/notify":         {"httpclient", "publish", "publish/record", "site"},
	"publish/recordsource":   {"git/redact", "publish/record", "sitefs/regularfile"},
	"git/redact":             {},
	"githubissue":            {"policy"},
	"serve":                  {"build", "cache", "diag", "fileset", "git", "incident", "site", "sitefs", "sitefs/regularfile", "source/content"},

	"publish/githubtest":          {},
	"githubissue/githubissuetest": {},
	"publish/publishtest":         {"fileset", "incident", "publish", "publish/record"},
}

// edges are the packages that may touch the world. All others are pure: no os, net, os/exec and no clock.
var edges = []string{"publish/live", "publish/notify", "cli", "cache", "serve", "publish/disk", "publish/disk", "publish/gitbranch", "git", "publish/githubpages", "publish/githubtest", "git", "httpclient", "githubissue", "githubissue/githubissuetest", "sitefs/regularfile", "sitefs", "serve", "publish/recordsource", "cli"}

// clocks are the only files that read the clock or wait: where System is made, and a double of GitHub for tests.
var clocks = []string{"cli/cli.go", "publish/githubtest/server.go"}

var clock = regexp.MustCompile(`\btime\.(Now|Since|Until|After|AfterFunc|NewTimer|NewTicker|Tick|Sleep)\b`)

var impure = []string{"os", "os/exec", "os/signal", "net", "net/http", "syscall", "math/rand"}

// opens are the calls that open a file for reading whatever it is, and opening those that are right: for folders, for the running program,
// and for what is built in.
var (
	opens   = []string{"os.Open(", "os.ReadFile(", "oot.Open(", "oot.ReadFile(", "oot.FS()", "arget.ReadFile(", "ource.FS()", "os.DirFS("}
	opening = map[string][]string{
		"cache/cache.go":           {"oot.FS()"},
		"cache/fingerprint.go":     {"os.Open("},
		"publish/disk/build.go":    {"os.DirFS("},
		"publish/disk/commit.go":   {"oot.FS()"},
		"publish/disk/manifest.go": {"oot.FS()"},
		"publish/disk/folder.go":   {"os.DirFS("},
		"sitefs/sitefs.go":         {"os.Open(", "oot.FS()"},
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
		if used := clock.Find(src); used != nil && !slices.Contains(clocks, name) {
			t.Errorf("%s uses %s: System.Now and System.Sleep are the only clock", name, used)
		}
		for _, call := range opens {
			if pkg != "sitefs/regularfile" && pkg != "publish/githubtest" && strings.Contains(string(src), call) && !slices.Contains(opening[name], call) {
				t.Errorf("%s calls %s): package regular opens files, so that nothing waits for a pipe", name, call)
			}
		}
		return nil
	})
	for pkg := range allowed {
		if !seen[pkg] {
			t.Errorf("package %s of the table does not exist", pkg)
		}
	}
}

// clients are what makes or is an HTTP client, by import path. Package httpclient alone may name them.
var clients = map[string][]string{
	"net/http":                               {"Client", "DefaultClient", "DefaultTransport", "Get", "Head", "NewFileTransport", "Post", "PostForm", "Transport"},
	"net/http/httputil":                      {"ClientConn", "NewClientConn", "NewProxyClientConn", "NewSingleHostReverseProxy", "ReverseProxy"},
	"github.com/google/go-github/v60/github": {"NewClient", "NewClientWithEnvProxy", "NewTokenClient", "NewEnterpriseClient", "BasicAuthTransport", "UnauthenticatedRateLimitedTransport"},
}

// TestHTTPClientsAreMadeInOnePlace: so limits and the rules of redirects hold for all. A pointer to a client that was made there may be
// passed on.
func TestHTTPClientsAreMadeInOnePlace(t *testing.T) {
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || path.Dir(name) == "internal/httpclient" {
			return err
		}
		src, err := os.ReadFile("../" + name)
		if err != nil {
			return err
		}
		for _, what := range clientsIn(t, src) {
			t.Errorf("%s names %s: package httpclient makes the clients", name, what)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// clientsIn lists what a file names of clients.
func clientsIn(t *testing.T, src []byte) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	imported := map[string]string{} // by the name that the file uses
	var found []string
	for _, spec := range file.Imports {
		of, _ := strconv.Unquote(spec.Path.Value)
		switch {
		case clients[of] == nil:
		case spec.Name == nil:
			imported[path.Base(of)] = of
		case spec.Name.Name == ".":
			found = append(found, "all of "+of)
		default:
			imported[spec.Name.Name] = of
		}
	}
	pointers := map[ast.Expr]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if star, ok := n.(*ast.StarExpr); ok {
			pointers[star.X] = true
		}
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok && slices.Contains(clients[imported[of.Name]], selector.Sel.Name) && !pointers[selector] {
			found = append(found, of.Name+"."+selector.Sel.Name)
		}
		return true
	})
	return found
}

func TestTheWatchOverClients(t *testing.T) {
	const header = "package p\nimport (\n\"net/http\"\nh \"net/http\"\n\"github.com/google/go-github/v60/github\"\n)\n"
	for code, bad := range map[string]bool{
		"func f(c *http.Client) *github.Client { return nil }": false,
		"var s http.Server":        false,
		"var c = http.Client{}":    true,
		"var c = &h.Client{}":      true,
		"var c http.Client":        true,
		"var c = new(http.Client)": true,
		"func f(c *http.Client) { d := *c; var e http.Client = d }": true,
		"var c = http.DefaultClient":                                true,
		"var c = http.DefaultTransport":                             true,
		"var c = []http.Transport{}":                                true,
		"func f() { http.Get(\"\") }":                               true,
		"var post = h.Post":                                         true,
		"var c = github.NewClient(nil)":                             true,
	} {
		if found := clientsIn(t, []byte(header+code)); len(found) > 0 != bad {
			t.Errorf("%s: %q", code, found)
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
