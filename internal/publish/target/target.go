package target

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/git/redact"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/publish/gitbranch"
	"settler.io/crier/internal/publish/githubpages"
)

// Options say how targets are reached.
type Options struct {
	Site      string // the folder of the site
	Work      string // a folder for temporary files, for this target alone; it is created if needed
	API       string // root URL of GitHub's API; "": that of github.com
	Token     string // for GitHub
	Transport http.RoundTripper
	Patience  *publish.Patience
}

// New returns the target at a location. It refuses one that holds the sources of the site.
func New(ctx context.Context, l Location, o Options) (publish.Target, error) {
	switch l.Kind {
	case "dir":
		dir := l.Dir
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(o.Site, dir)
		}
		if inside, err := filepath.Rel(dir, o.Site); err == nil && filepath.IsLocal(inside) {
			return nil, diag.Hinted(fmt.Errorf("%s is the folder of the site, or contains it", dir), "publish to a folder of its own, such as dir:public")
		}
		if OfSources(o.Site, dir) {
			return nil, diag.Hinted(fmt.Errorf("%s belongs to the sources of the site", dir), "publish to a folder of its own, such as dir:public")
		}
		if _, err := os.Stat(filepath.Join(dir, "config.toml")); err == nil {
			return nil, publish.SourcesError()
		}
		return &disk.Folder{Dir: dir, Patience: o.Patience}, nil
	case "git":
		if git.CheckedOut(ctx, o.Site, l.Remote, l.Branch) {
			return nil, diag.Hinted(fmt.Errorf("the branch %s is checked out: it holds the sources of the site", l.Branch), fmt.Sprintf("publish to a separate branch, such as git:%s#pages", redact.Remote(l.Remote)))
		}
		return &gitbranch.Branch{Remote: l.Remote, Branch: l.Branch, Site: o.Site, Work: o.Work, Patience: o.Patience}, os.Mkdir(o.Work, 0o700)
	}
	return githubpages.New(githubpages.Options{Owner: l.Owner, Repository: l.Repository, Branch: l.Branch, API: o.API, Token: o.Token, Transport: o.Transport, Patience: o.Patience,
		LocalTree: func(ctx context.Context, hash string) publish.Tree { return localTree(ctx, o.Site, hash) }})
}

// OfSources reports whether a folder is, or is in, one of those of the site that a build reads or
// keeps things in.
func OfSources(site, dir string) bool {
	below, err := filepath.Rel(site, dir)
	if err != nil || !filepath.IsLocal(below) {
		return false
	}
	first, _, _ := strings.Cut(filepath.ToSlash(below), "/")
	return slices.Contains([]string{"content", "themes", ".git", ".github", ".crier"}, first)
}

// localTree lists a tree that the site's clone has, such as that of a branch that it has fetched.
// It returns nil if there is none.
func localTree(ctx context.Context, site, hash string) publish.Tree {
	if _, err := fileset.ParseHash(hash); err != nil {
		return nil
	}
	listing, err := git.Run(ctx, site, "ls-tree", "-r", "-z", "--full-tree", hash)
	if err != nil {
		return nil
	}
	tree, err := publish.ParseTree(listing)
	if err != nil {
		return nil
	}
	return tree
}
