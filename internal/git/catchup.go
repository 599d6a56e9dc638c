package git

import (
	"cmp"
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// CaughtUp is what CatchUp found.
type CaughtUp struct {
	Upstream
	Moved  int // number of commits by which the clone was fast-forwarded
	Behind int // number of commits that the clone still lacks
	// Opened lists the folders of incidents that only those commits have, relative to the site.
	Opened []string
}

// CatchUp fetches the upstream branch within about two seconds and without prompts. If no tracked
// file is changed and the branch has no commits of its own, it fast-forwards the clone.
func (r *Repository) CatchUp(ctx context.Context) (CaughtUp, error) {
	upstream, ssh, err := r.upstream(ctx, r.branch)
	found := CaughtUp{Upstream: upstream}
	if err != nil {
		return found, err
	}
	env := []string{"GIT_TERMINAL_PROMPT=0", "GCM_INTERACTIVE=never"}
	if os.Getenv("GIT_SSH") == "" {
		env = append(env, "GIT_SSH_COMMAND="+cmp.Or(os.Getenv("GIT_SSH_COMMAND"), ssh, "ssh")+" -o BatchMode=yes")
	}
	quick := *r
	quick.grace = 200 * time.Millisecond
	limited, cancel := context.WithTimeout(ctx, 1800*time.Millisecond)
	defer cancel()
	if err := quick.fetch(limited, env, upstream); err != nil {
		return found, err
	}
	newer, err := r.git(ctx, nil, "rev-list", "HEAD..FETCH_HEAD")
	if err != nil || newer == "" { // an error: there is no commit here yet
		return found, nil
	}
	theirs, _, _ := strings.Cut(newer, "\n")
	found.Behind = strings.Count(newer, "\n") + 1
	changed, err := r.git(ctx, nil, "status", "--porcelain", "--untracked-files=no")
	if err != nil {
		return found, err
	}
	if changed == "" {
		if _, err := r.git(ctx, nil, "merge", "--quiet", "--ff-only", theirs); err == nil {
			found.Moved, found.Behind = found.Behind, 0
			return found, nil
		}
	}
	added, err := r.git(ctx, nil, "diff", "--name-only", "--diff-filter=A", "--no-renames", "--relative", "-z", "HEAD..."+theirs, "--", "content/incidents")
	for name := range strings.SplitSeq(strings.TrimSuffix(added, "\x00"), "\x00") {
		opened := path.Dir(name)
		if _, err := os.Stat(filepath.Join(r.folder, filepath.FromSlash(opened))); err != nil && !slices.Contains(found.Opened, opened) {
			found.Opened = append(found.Opened, opened)
		}
	}
	return found, err
}
