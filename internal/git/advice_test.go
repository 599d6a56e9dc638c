package git

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func gitLine(args ...string) string { return "git " + strings.Join(args, " ") }

func TestHints(t *testing.T) {
	refused := &Error{Command: "git commit", Output: "fatal: detected dubious ownership in repository at '/srv/status'"}
	for _, c := range []struct {
		err  error
		want string
	}{
		{ErrNoGit, "the file stays; install git, or "},
		{refused, "the file stays; if you trust the owner of the repository: git config --global --add safe.directory /srv/status && COMMANDS"},
		{ErrNoIdentity, "the file stays; git config user.name NAME && git config user.email ADDRESS && COMMANDS"},
		{ErrNoRepository, "the file stays; put the site into a repository: git init --initial-branch main && git add --all . && "},
		{errors.New("a hook"), "the file stays; once that is fixed: COMMANDS"},
	} {
		if got := CommitHint(c.err, gitLine, "COMMANDS"); !strings.HasPrefix(got, c.want) {
			t.Errorf("%v: %s", c.err, got)
		}
	}
	pushed := Pushed{Upstream: Upstream{Branch: "trunk", Remote: "upstream"}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("%w (no route)", ErrUnreachable), "once it can: git pull --rebase --autostash && git push"},
		{&Error{Command: "git merge-tree"}, "others pushed first: git pull --rebase --autostash && git push"},
		{ErrDetached, "name the branch that is published: git checkout BRANCH && git cherry-pick 12ab && git push"},
		{ErrNoRemote, "name the repository that is published: git remote add origin URL && git push -u origin trunk"},
		{ErrNoUpstream, "connect the branch: git push -u upstream trunk"},
		{ErrConflict, "resolve the conflict by hand: git pull --rebase && git push"},
		{ErrMerges, "merge once more: git pull --no-rebase && git push"},
		{errors.New("a hook"), "once that is fixed: git push"},
	} {
		if got := PushHint(c.err, gitLine, pushed, "12ab"); got != "it is committed as 12ab; "+c.want {
			t.Errorf("%v: %s", c.err, got)
		}
	}
}

func TestCompanions(t *testing.T) {
	r := clones(t, 1)[0]
	const folder = "site/content/incidents/a/"
	r.write(folder+"01.md", "x")
	if c, err := r.open().Companions(t.Context(), "content/incidents/a/01.md", nil); err != nil || c.Updates != nil || c.Left != nil {
		t.Errorf("%+v %v", c, err)
	}
	for _, name := range []string{"02.md", "03.md", "04.md", "postmortem.md", "notes.txt", "below/x.md"} {
		r.write(folder+name, "x")
	}
	r.git("add", folder+"03.md")
	of := func(name string) string { return "content/incidents/a/" + name }
	drafts := map[string]bool{of("01.md"): false, of("02.md"): false, of("03.md"): false, of("04.md"): true}
	c, err := r.open().Companions(t.Context(), of("01.md"), drafts)
	if err != nil || !slices.Equal(c.Updates, []string{of("02.md")}) {
		t.Errorf("%+v %v", c, err)
	}
	left := []Left{{of("03.md"), "staged"}, {of("04.md"), "a draft"}, {of("notes.txt"), "not an update"}, {of("postmortem.md"), "a post-mortem"}}
	if !slices.Equal(c.Left, left) {
		t.Errorf("%+v", c.Left)
	}
}
