package recordsource

import (
	"context"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/git"
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
			if _, err := folder(absolute(rest, site))(record.Index); err == nil {
				return Source{Kind: Folder, Location: rest}
			}
		case "git", "github":
			if branch == "" && kind == "github" {
				branch = "gh-pages"
			}
			refs, err := git.Run(ctx, site, "for-each-ref", "--format=%(refname)", "refs/remotes/*/"+branch)
			if err != nil || branch == "" {
				continue
			}
			for ref := range strings.FieldsSeq(string(refs)) {
				remote := strings.TrimSuffix(strings.TrimPrefix(ref, "refs/remotes/"), "/"+branch)
				if remote == place || leadsTo(ctx, site, remote, place) {
					return Source{Kind: Local, Location: remote, Branch: branch}
				}
			}
		}
	}
	return Source{Kind: None}
}

// KnownRecord returns the record that is available without network access; an empty one if there is
// none.
func KnownRecord(ctx context.Context, targets []string, site string) *record.Record {
	found, err := Read(ctx, nil, Known(ctx, targets, site), site)
	if err != nil {
		return &record.Record{}
	}
	return found.Record
}

// State returns a string that changes whenever what KnownRecord returns does.
func State(ctx context.Context, targets []string, site string) string {
	source := Known(ctx, targets, site)
	state := ""
	switch source.Kind {
	case Folder:
		sums, _ := folder(absolute(source.Location, site))(record.Sums)
		state = string(sums)
	case Local:
		state, _, _ = findTip(ctx, source, site)
	}
	return source.String() + " " + state
}

// leadsTo reports whether a remote's URL ends in the given name, such as example/status.
func leadsTo(ctx context.Context, site, remote, place string) bool {
	address, err := git.Run(ctx, site, "remote", "get-url", remote)
	text := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(string(address)), "/"), ".git")
	place = strings.TrimSuffix(place, ".git")
	return err == nil && place != "" && (text == place || strings.HasSuffix(text, "/"+place) || strings.HasSuffix(text, ":"+place))
}

// findTip returns the commit of a branch and its time. tip is "" if there is no such branch.
func findTip(ctx context.Context, source Source, site string) (tip string, at time.Time, err error) {
	if source.Kind == Branch {
		tip, err = fetched(ctx, source, site)
	} else {
		var out []byte
		out, err = git.Run(ctx, site, "for-each-ref", "--format=%(objectname)", "refs/remotes/"+source.Location+"/"+source.Branch)
		tip = strings.TrimSpace(string(out))
	}
	if err != nil || tip == "" {
		return "", at, err
	}
	out, err := git.Run(ctx, site, "show", "--no-patch", "--format=%ct", tip)
	if err != nil {
		return "", at, err
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	return tip, time.Unix(seconds, 0).UTC(), err
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

// commit returns a function that reads the record's files from a commit.
func commit(ctx context.Context, site, tip string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		object := tip + ":" + record.Dir + "/" + name
		if _, err := git.Run(ctx, site, "cat-file", "-e", object); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fs.ErrNotExist
		}
		return git.Run(ctx, site, "cat-file", "blob", object)
	}
}

// listCommit returns the names of the record's files in a commit.
func listCommit(ctx context.Context, site, tip string) []string {
	out, err := git.Run(ctx, site, "ls-tree", "--name-only", "-z", tip+":"+record.Dir)
	if err != nil {
		return nil
	}
	return recordFiles(strings.Split(string(out), "\x00"))
}
