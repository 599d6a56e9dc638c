package recordsource

import (
	"context"
	"maps"
	"path"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/git"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/record"
)

// Known returns the source of the record that is available without network access: that of the
// first target for which this clone has a remote-tracking branch, or whose folder exists. targets
// are those of [publish] in config.toml.
func Known(ctx context.Context, targets []string, site string) Source {
	for _, target := range targets {
		kind, rest, _ := strings.Cut(target, ":")
		place, branch, _ := strings.Cut(rest, "#")
		switch kind {
		case "dir":
			if _, err := readFile(absolute(rest, site), record.Index); err == nil {
				return Source{Kind: Folder, Location: rest}
			}
		case "git", "github":
			if branch == "" && kind == "github" {
				branch = "gh-pages"
			}
			if source, ok := tracking(ctx, site, place, branch); ok {
				return source
			}
		}
	}
	return Source{Kind: None}
}

// tracking returns the remote-tracking branch of a branch. place is the name of the remote, or the
// end of its URL.
func tracking(ctx context.Context, site, place, branch string) (Source, bool) {
	refs, err := git.Run(ctx, site, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname) %(committerdate:unix)", "refs/remotes/*/"+branch)
	if err != nil || branch == "" {
		return Source{}, false
	}
	for line := range strings.Lines(string(refs)) {
		words := strings.Fields(line)
		remote := strings.TrimSuffix(words[0], "/"+branch)
		if remote == place || leadsTo(ctx, site, remote, place) {
			seconds, err := strconv.ParseInt(words[2], 10, 64)
			return Source{Kind: Local, Location: remote, Branch: branch, tip: words[1], at: time.Unix(seconds, 0).UTC()}, err == nil
		}
	}
	return Source{}, false
}

// Record returns the record of a source that is known; an empty one if it can't be read.
func (s Source) Record(ctx context.Context, site string) *record.Record {
	found, err := Read(ctx, nil, s, site)
	if err != nil {
		return &record.Record{}
	}
	return found.Record
}

// State returns a string that changes whenever the record of a source that is known does.
func (s Source) State(site string) string {
	state := s.tip
	if s.Kind == Folder {
		sums, _ := readFile(absolute(s.Location, site), record.Sums)
		state = string(sums)
	}
	return s.String() + " " + state
}

// leadsTo reports whether a remote's URL ends in the given name, such as example/status.
func leadsTo(ctx context.Context, site, remote, place string) bool {
	address, err := git.Run(ctx, site, "remote", "get-url", remote)
	text := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(string(address)), "/"), ".git")
	place = strings.TrimSuffix(place, ".git")
	return err == nil && place != "" && (text == place || strings.HasSuffix(text, "/"+place) || strings.HasSuffix(text, ":"+place))
}

// fetched asks a remote for the tip of a branch and fetches it if this clone doesn't have it.
func fetched(ctx context.Context, source Source, site string) (string, error) {
	ref := "refs/heads/" + source.Branch
	out, err := git.Run(ctx, site, "ls-remote", source.Location, ref)
	if err != nil {
		return "", err
	}
	tip, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\t")
	if tip == "" {
		return "", nil
	}
	if _, err := git.Run(ctx, site, "cat-file", "-e", tip+"^{commit}"); err == nil {
		return tip, nil
	}
	_, err = git.Run(ctx, site, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", source.Location, ref)
	return tip, err
}

// readCommit reads the files of the record in a commit.
func readCommit(ctx context.Context, site, commit string) (map[string][]byte, error) {
	listing, err := git.Run(ctx, site, "ls-tree", "-z", "--full-tree", commit, record.Dir+"/")
	if err != nil {
		return nil, err
	}
	tree, err := publish.ParseTree(listing)
	if err != nil {
		return nil, err
	}
	var hashes []string
	maps.DeleteFunc(tree, func(name string, _ publish.Node) bool { return !isFile(path.Base(name)) })
	for _, node := range tree {
		hashes = append(hashes, node.Hash.String())
	}
	contents := map[string][]byte{}
	if err := git.Blobs(ctx, site, hashes, func(hash string, content []byte) { contents[hash] = content }); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, node := range tree {
		if content, ok := contents[node.Hash.String()]; ok {
			files[path.Base(name)] = content
		}
	}
	return files, nil
}
