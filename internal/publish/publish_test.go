package publish_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/publishtest"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/testsite/testenv"
)

// empty is a target with nothing published.
var empty = &publish.Head{Tree: publish.Tree{}}

// readFrom returns a Head.Read that reads from a map.
func readFrom(files map[string][]byte) func(context.Context, string) ([]byte, error) {
	return func(_ context.Context, path string) ([]byte, error) { return files[path], nil }
}

func plan(t *testing.T, head *publish.Head, b *publish.Build) *publish.Plan {
	t.Helper()
	patience := publishtest.NewClock(publishtest.Start).Patience(func(string) {})
	p, err := publish.Make(t.Context(), head, b, publishtest.Options(patience))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestMessages checks that a commit message names what went public, except updates of security
// incidents.
func TestMessages(t *testing.T) {
	trailers := "Crier-Source: " + publishtest.Revision(0, 1) + "\nCrier-Instant: 2026-10-02T10:00:00Z\nCrier-Version: 1\n"
	var many []string
	for n := range 60 {
		many = append(many, fmt.Sprintf("i%02d/01", n))
	}
	for name, c := range map[string]struct {
		updates []string
		secret  bool
		want    string
	}{
		"none":     {nil, false, "Update the pages\n\n"},
		"one":      {[]string{"a/01"}, false, "Publish a/01\n\n"},
		"two":      {[]string{"b/01", "a/01"}, false, "Publish 2 updates\n\na/01\nb/01\n\n"},
		"many":     {many, false, "Publish 60 updates\n\n" + strings.Join(many[:50], "\n") + "\n... and 10 more\n\n"},
		"security": {[]string{"a/01"}, true, "Update the pages\n\n"},
		"odd":      {[]string{"a\nCrier-Source: x/01"}, false, "Publish a?Crier-Source: x/01\n\n"},
	} {
		b := publishtest.Build(publishtest.Revision(0, 1), publishtest.Start, map[string]string{"index.html": "x"}, c.updates...)
		b.Source.Version = "1"
		for n := range b.Updates {
			b.Updates[n].Security = c.secret
		}
		message := plan(t, empty, b).Message()
		if d := cmp.Diff(c.want+trailers, message); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if got := publish.ParseSource(message); got != b.Source {
			t.Errorf("%s: read back as %v", name, got)
		}
	}
}

func TestSources(t *testing.T) {
	none := publish.Source{}
	for text, want := range map[string]publish.Source{
		"":           none,
		"Fix a typo": none,
		"Crier-Source: x\n\nSigned-off-by: somebody":                            none,
		"Crier-Instant: soon\n":                                                 none,
		"Crier-Source: --upload-pack=x\nCrier-Instant: 2026-10-02T10:00:00Z\n":  {Instant: publishtest.Start},
		"Crier-Source: unknown\r\nCrier-Instant: 2026-10-02T12:00:00+02:00\r\n": {Instant: publishtest.Start},
	} {
		if got := publish.ParseSource(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if s := (publish.Source{Instant: publishtest.Start}); publish.ParseSource(s.Trailers()) != s {
		t.Error("a source without a revision is not read back")
	}
}

func FuzzParseSource(f *testing.F) {
	f.Add("Publish\n\n" + publish.Source{Revision: publishtest.Revision(1, 2), Instant: publishtest.Start, Version: "v"}.Trailers())
	f.Fuzz(func(t *testing.T, text string) {
		s := publish.ParseSource(text)
		if s.IsZero() {
			return
		}
		if again := publish.ParseSource("x\n\n" + s.Trailers()); again.Revision != s.Revision || !again.Instant.Equal(s.Instant) {
			t.Errorf("%v became %v", s, again)
		}
	})
}

// TestTreesAreGits compares the hashes of random trees with those that git computes.
func TestTreesAreGits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "a-b", "a.b", "a0", "b", "ab", "A", "ä"}
	for range 10 {
		dir, tree := testenv.Repository(t), publish.Tree{}
		testenv.Git(t, dir, "config", "core.fileMode", "false")
		for range 20 {
			var parts []string
			for range 1 + random.IntN(3) {
				parts = append(parts, names[random.IntN(len(names))])
			}
			name, content := strings.Join(parts, "/"), fmt.Sprint(random.IntN(5))
			file := filepath.Join(dir, name)
			if os.MkdirAll(filepath.Dir(file), 0o755) != nil || os.WriteFile(file, []byte(content), 0o644) != nil {
				continue // a file where a folder is needed, or vice versa
			}
			tree[name] = publish.Node{Hash: fileset.Sum([]byte(content)), Mode: publish.Regular}
		}
		testenv.Git(t, dir, "add", "--all")
		if got, want := tree.Hash(), testenv.Git(t, dir, "write-tree"); got != want {
			t.Errorf("%v: %s, git says %s", tree, got, want)
		}
	}
	if got := (publish.Tree{}).Hash(); got != "4b825dc642cb6eb9a060e54bf8d69288fbee4904" {
		t.Errorf("the empty tree is %s", got)
	}
}

// TestWhatIsSaidOfOrder checks the messages that explain why a build is not published.
func TestWhatIsSaidOfOrder(t *testing.T) {
	options := publishtest.Options(nil)
	at := publishtest.Start
	a, b, other := publishtest.Revision(10, 1), publishtest.Revision(10, 2), publishtest.Revision(20, 1)
	for want, c := range map[string][2]publish.Source{
		"a build of the same revision for a later instant, 2026-10-02T10:00:00Z, is already there":          {{Revision: a, Instant: at}, {Revision: a, Instant: at.Add(-time.Second)}},
		"a build of the newer revision 1000000000 is already there":                                         {{Revision: b, Instant: at}, {Revision: a, Instant: at.Add(time.Hour)}},
		"what is public was built from 1000000000, and this is 2000000000: neither descends from the other": {{Revision: a, Instant: at}, {Revision: other, Instant: at}},
		"what is public was built from 9900000000, which is not in this clone":                              {{Revision: publishtest.Revision(99, 1), Instant: at}, {Revision: a, Instant: at}},
		"what is public was not built from git, so it is unknown whether this build is newer":               {{Instant: at}, {Revision: a, Instant: at}},
		"this site is not in a git repository, so it is unknown whether it is newer than what is public":    {{Revision: a, Instant: at}, {Instant: at}},
	} {
		if err := publish.Newer(t.Context(), c[0], c[1], options); err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	if got := (&publish.ForeignError{Path: "a"}).Error(); got != "a already exists, was not published by Crier and differs" {
		t.Error(got)
	}
	if got := publish.Line("a\nb %d", 1); got != "a b 1" {
		t.Error(got)
	}
}

// TestFilesInTheWay covers a foreign file where a folder is needed, and a foreign folder where a
// file is needed.
func TestFilesInTheWay(t *testing.T) {
	options := publishtest.Options(publishtest.NewClock(publishtest.Start).Patience(func(string) {}))
	b := publishtest.Build(publishtest.Revision(0, 1), publishtest.Start, map[string]string{"index.html": "x", "a/b/c.html": "c"})
	for name, want := range map[string]string{"a": "a", "a/b": "a/b", "a/b/c.html/d": "a/b/c.html/d", "a/b/c.html": "a/b/c.html", "index.html/x/y": "index.html/x/y"} {
		head := &publish.Head{Tree: publish.Tree{name: {Hash: fileset.Sum([]byte("theirs")), Mode: publish.Regular}}}
		_, err := publish.Make(t.Context(), head, b, options)
		var foreign *publish.ForeignError
		if !errors.As(err, &foreign) || foreign.Path != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	options.Force = true
	head := &publish.Head{Tree: publish.Tree{"a/b/c.html": {Hash: fileset.Sum([]byte("theirs")), Mode: publish.Regular}}}
	if p, err := publish.Make(t.Context(), head, b, options); err != nil || p.Count(fileset.Update) != 1 {
		t.Error(err)
	}
}

// TestAForeignListOfKnownUpdates checks that if someone else changed the list of known updates, the
// record decides what is known.
func TestAForeignListOfKnownUpdates(t *testing.T) {
	b := publishtest.Build(publishtest.Revision(0, 1), publishtest.Start, map[string]string{"index.html": "x"}, "a/01")
	files := map[string][]byte{}
	first := plan(t, empty, b)
	notes, err := first.Notes(t.Context(), publishtest.Start)
	if err != nil {
		t.Fatal(err)
	}
	head := &publish.Head{Tree: empty.Tree.Apply(first.Changes).Apply(notes), Read: readFrom(files), Source: b.Source}
	for _, n := range notes {
		files[n.Path] = n.Content
		if strings.HasPrefix(n.Path, ".crier/known/") {
			files[n.Path] = []byte("somebody's")
			head.Tree[n.Path] = publish.Node{Hash: fileset.Sum(files[n.Path]), Mode: publish.Regular}
		}
	}
	p := plan(t, head, publishtest.Build(publishtest.Revision(0, 2), publishtest.Start, map[string]string{"index.html": "x"}, "a/01", "a/02"))
	if names := p.Names(); len(names) != 1 || names[0] != "a/02" || len(p.Warnings) != 1 {
		t.Errorf("public now %v, warnings %v", names, p.Warnings)
	}
}

// TestPatience checks that pauses grow, are as long as asked for, and stop at the limit.
func TestPatience(t *testing.T) {
	var told []string
	clock := publishtest.NewClock(publishtest.Start)
	p := clock.Patience(func(line string) { told = append(told, line) })
	p.Limit = 2 * time.Minute
	for attempt, asked := range []time.Duration{0, 0, 0, 45 * time.Second, 0, 0, 0} {
		if err := p.Again(t.Context(), attempt, asked, "no luck"); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"500ms", "1s", "2s", "45s", "8s", "16s", "30s"}
	for n, line := range told {
		if line != "no luck; next attempt in "+want[n] {
			t.Errorf("attempt %d: %s", n, line)
		}
	}
	err := p.Again(t.Context(), 7, time.Minute, "no luck")
	var gaveUp *publish.GaveUpError
	if !errors.As(err, &gaveUp) || err.Error() != "no luck; gave up after 1m43s" || !gaveUp.Until.Equal(clock.Now().Add(time.Minute)) {
		t.Errorf("%v", err)
	}
}

func TestReceiptsOfOthers(t *testing.T) {
	for _, text := range []string{"", "not JSON", "{}"} {
		if got, err := publish.ParseDeliveryLog(text); got != nil || (err == nil) != (text == "") {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	entries := []record.Entry{{Key: record.Key{Kind: record.Incident, ID: "a", Update: "01"}, Public: publishtest.Start, Live: publishtest.Start}}
	text := publish.EncodeDeliveryLog(entries)
	whole, err := publish.ParseDeliveryLog(text)
	if d := cmp.Diff(entries, whole); d != "" || err != nil {
		t.Error(d, err)
	}
	part, err := publish.ParseDeliveryLog(text + "<<<<<<< somebody's")
	if d := cmp.Diff(entries, part); d != "" || err == nil {
		t.Error(d, err)
	}
}
