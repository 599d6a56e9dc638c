package content

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/sitegen"
)

// kept is a store in memory. Files that it vouches for are those of which the last load knew the same bytes.
type kept struct {
	texts map[string]Kept
	vouch func(name string, sum [sha256.Size]byte) bool
	fresh map[string]Kept
	spoil func(text string) string
}

func (k *kept) Kept(name string) (Kept, bool) {
	text, ok := k.texts[name]
	text.Sure = k.vouch(name, text.Sum)
	if k.spoil != nil {
		text.Parsed = k.spoil(text.Parsed)
	}
	return text, ok
}

func (k *kept) Keep(name string, sum [sha256.Size]byte, p Parsed) {
	k.fresh[name] = Kept{Parsed: string(p.Append(nil)), Sum: sum}
}

// next makes what was kept count.
func (k *kept) next() (fresh int) {
	fresh = len(k.fresh)
	for name, text := range k.fresh {
		k.texts[name] = text
	}
	k.fresh = map[string]Kept{}
	return fresh
}

func newKept(site fstest.MapFS) *kept {
	return &kept{texts: map[string]Kept{}, fresh: map[string]Kept{}, vouch: func(name string, sum [sha256.Size]byte) bool {
		return len(name)%2 == 0 && sha256.Sum256(site[name].Data) == sum // of others it is not sure
	}}
}

// TestAStoreChangesNothing edits sites by chance and compares what a load with a store gives with what one without gives. Then it
// spoils what is kept.
func TestAStoreChangesNothing(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 3))
		site := sitegen.Random(seed, time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC))
		site["content/templates/x.md"] = &fstest.MapFile{Data: []byte("---\nstatus: resolved\n---\nWords.\n")}
		c := configured(t, site)
		store := newKept(site)
		for step := range 12 {
			edit(r, site, step)
			options := Options{Config: c, Sums: true, Workers: 1}
			want, wantFindings := Load(site, options)
			options.Store = store
			if step > 9 {
				store.spoil = func(text string) string { return text[:len(text)/2] }
			}
			got, gotFindings := Load(site, options)
			store.next()
			sameLoad(t, fmt.Sprintf("seed %d, step %d", seed, step), want, got, wantFindings, gotFindings)
		}
	}
}

// TestAStoreSparesReading counts the files that are opened, and those that are understood anew.
func TestAStoreSparesReading(t *testing.T) {
	site := sitegen.Random(1, time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC))
	c := configured(t, site)
	store := newKept(site)
	sure := false
	store.vouch = func(name string, _ [sha256.Size]byte) bool { return sure && name != "content/pages/more.md" }
	load := func() (opened, kept int) {
		site["content/pages/more.md"] = &fstest.MapFile{Data: []byte("---\ntitle: More\n---\nWords.\n")}
		files := &counted{FS: site}
		Load(files, Options{Config: c, Store: store, Workers: 1})
		for _, name := range files.opened {
			if strings.HasSuffix(name, ".md") {
				opened++
			}
		}
		return opened, store.next()
	}
	all, _ := load()
	sure = true
	if opened, kept := load(); opened != 1 || kept != 1 {
		t.Errorf("of %d files %d were opened and %d kept anew, want the one that the store is not sure of", all, opened, kept)
	}
	if Load(site, Options{Config: c, Store: store, FrontMatterOnly: true}); store.next() != 0 {
		t.Error("files that were read in part are kept")
	}
}
