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

// street is a layer of the house: packages that do one kind of work. Data flows through the streets
// in their order, and a package imports only from its own street and those before it.
type street struct {
	name string
	// paths are the packages below internal; "source/" stands for every package below source.
	paths []string
	// pure packages touch no disk, network, process or clock.
	pure bool
}

// streets lists every package of the house. docs/architecture.md has a sentence for each.
var streets = []street{
	{"domain", []string{"diag", "incident", "policy", "status", "fileset", "parallel"}, true},
	{"test sites", []string{"testsite"}, true},
	{"read", []string{"source/"}, true},
	{"plan", []string{"site", "site/"}, true},
	{"render", []string{"render/"}, true},
	{"build", []string{"build"}, true},
	{"publish", []string{"publish", "publish/record", "git/redact"}, true},
	{"deliver", []string{"testsite/testenv", "publish/", "git", "githubissue", "githubissue/", "statuspageexport", "httpclient", "sitefs", "sitefs/", "cache", "serve"}, false},
	{"command line", []string{"cli", "cli/"}, false},
}

// streetOf returns the number of the street that a package is in: an exact path wins over a folder.
func streetOf(pkg string) int {
	for i, s := range streets {
		if slices.Contains(s.paths, pkg) {
			return i
		}
	}
	return slices.IndexFunc(streets, func(s street) bool {
		return slices.ContainsFunc(s.paths, func(p string) bool { return strings.HasSuffix(p, "/") && strings.HasPrefix(pkg, p) })
	})
}

// clocks are the only files that read the clock or wait: the one that makes System, a double of
// GitHub for tests, and what tests wait with.
var clocks = []string{"cli/app/system.go", "publish/githubtest/server.go", "testsite/testenv/testenv.go"}

var clock = regexp.MustCompile(`\btime\.(Now|Since|Until|After|AfterFunc|NewTimer|NewTicker|Tick|Sleep)\b`)

var impure = []string{"os", "os/exec", "os/signal", "net", "net/http", "syscall", "math/rand"}

// opens are the calls that open a file of any kind. opening lists the files that may use some of
// them: for folders, for the running program, and for what is built in.
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
	for pkg, files := range packages(t) {
		own := streetOf(pkg)
		if own < 0 {
			t.Errorf("package %s is in no street: add it to the list, and a sentence to docs/architecture.md", pkg)
			continue
		}
		for name, file := range files {
			for _, spec := range file.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				if ours, ok := strings.CutPrefix(imported, "settler.io/crier/internal/"); ok && streetOf(ours) > own {
					t.Errorf("%s, of the street %q, imports %s of the later street %q", name, streets[own].name, ours, streets[streetOf(ours)].name)
				}
				if streets[own].pure && slices.Contains(impure, imported) {
					t.Errorf("%s imports %s: packages of the street %q are pure", name, imported, streets[own].name)
				}
			}
		}
	}
}

func TestOneClockAndOneWayToOpenFiles(t *testing.T) {
	for pkg, files := range packages(t) {
		for name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if used := clock.Find(src); used != nil && !slices.Contains(clocks, name) {
				t.Errorf("%s uses %s: System.Now and System.Sleep are the only clock", name, used)
			}
			for _, call := range opens {
				if pkg != "sitefs/regularfile" && pkg != "publish/githubtest" && strings.Contains(string(src), call) && !slices.Contains(opening[name], call) {
					t.Errorf("%s calls %s): package regularfile opens files, so that nothing waits for a pipe", name, call)
				}
			}
		}
	}
}

// TestTheHouseStaysSmall bounds the number of names that a newcomer meets first.
func TestTheHouseStaysSmall(t *testing.T) {
	first := map[string]bool{}
	for pkg := range packages(t) {
		name, _, _ := strings.Cut(pkg, "/")
		first[name] = true
	}
	if len(first) > 20 || len(first) < 10 {
		t.Errorf("%d names on the first level of internal, want at most 20", len(first))
	}
}

// packages parses the code of every package below internal. The keys are the package's path and the
// file's name.
func packages(t *testing.T) map[string]map[string]*ast.File {
	t.Helper()
	all := map[string]map[string]*ast.File{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		pkg := path.Dir(name)
		if all[pkg] == nil {
			all[pkg] = map[string]*ast.File{}
		}
		all[pkg][name] = file
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 30 {
		t.Fatalf("only %d packages", len(all))
	}
	return all
}

// clients are the names that make an HTTP client or are one, by import path. Only package
// httpclient may use them.
var clients = map[string][]string{
	"net/http":                               {"Client", "DefaultClient", "DefaultTransport", "Get", "Head", "NewFileTransport", "Post", "PostForm", "Transport"},
	"net/http/httputil":                      {"ClientConn", "NewClientConn", "NewProxyClientConn", "NewSingleHostReverseProxy", "ReverseProxy"},
	"github.com/google/go-github/v60/github": {"NewClient", "NewClientWithEnvProxy", "NewTokenClient", "NewEnterpriseClient", "BasicAuthTransport", "UnauthenticatedRateLimitedTransport"},
}

// TestHTTPClientsAreMadeInOnePlace makes sure that limits and the rules of redirects apply to all
// clients. A pointer to a client that was made there may be passed on.
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

// TestEveryPackageHasItsSentence checks that docs/architecture.md describes each package.
func TestEveryPackageHasItsSentence(t *testing.T) {
	text, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	all := packages(t)
	for pkg := range all {
		if strings.Count(string(text), "| `"+pkg+"` |") != 1 {
			t.Errorf("docs/architecture.md needs one row for `%s`", pkg)
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\| ").FindAllStringSubmatch(string(text), -1) {
		if all[row[1]] == nil {
			t.Errorf("docs/architecture.md has a row for `%s`, which does not exist", row[1])
		}
	}
}
