package sitefs

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/testsite/testenv"
)

func TestNearest(t *testing.T) {
	root := t.TempDir()
	testenv.Write(t, root, "a/config.toml", "")
	testenv.Write(t, root, "a/content/incidents/x", "")
	testenv.Write(t, root, "a/clone/.git/HEAD", "")
	testenv.Write(t, root, "a/clone/docs/x", "")
	for from, want := range map[string]string{"a": ".", "a/content/incidents": "../..", "a/clone/docs": ".", "": "."} {
		if got := Nearest(filepath.Join(root, from)); got.Site != filepath.FromSlash(want) {
			t.Errorf("%s: %s", from, got.Site)
		}
	}
}

func TestLocation(t *testing.T) {
	here, below, outside := Location{"/home", "."}, Location{"/home", "my site"}, Location{"/home", "/srv/site"}
	for _, c := range []struct{ got, want string }{
		{here.Folder(), "/home"}, {below.Folder(), "/home/my site"}, {outside.Folder(), "/srv/site"},
		{here.Path("x"), "/home/x"}, {here.Path("/x"), "/x"},
		{here.Shown("content/a.md"), "content/a.md"}, {below.Shown("content/a.md"), "my site/content/a.md"},
		{here.GitLine("commit", "-m", "It's it"), `git commit -m 'It'\''s it'`}, {below.GitLine("push"), "git -C 'my site' push"},
		{below.ReadHint("a.md"), "check that you may read it: chmod u+rwX 'my site/a.md'"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
	if _, err := (Location{t.TempDir(), "none"}).OpenSite(); diag.HintOf(err) != "name the folder that contains config.toml with --site" {
		t.Error(err)
	}
	for want, err := range map[string]error{"there is no config.toml in /home": fs.ErrNotExist, "cannot read config.toml: ": errors.New("no")} {
		if got := here.NoConfig(err); !strings.HasPrefix(got.Error(), want) || diag.HintOf(got) == "" {
			t.Error(got)
		}
	}
}
