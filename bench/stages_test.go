package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/source/markdown"
	"settler.io/crier/internal/testsite"
)

// incidents is how many incidents the stages process. Every metric is per incident.
const incidents = 500

// stages is a site and the result of each stage.
type stages struct {
	files fs.FS
	input build.Input
	built build.Result
}

func prepare(b *testing.B) *stages {
	b.Helper()
	dir := b.TempDir()
	if err := os.CopyFS(dir, testsite.Generate(testsite.Options{Incidents: incidents, Seed: 1})); err != nil {
		b.Fatal(err)
	}
	s := &stages{files: os.DirFS(dir)}
	var err error
	if s.input, _, err = build.Load(s.files, content.Options{}); err != nil {
		b.Fatal(err)
	}
	s.input.Now = at
	s.built = build.Build(s.input)
	return s
}

// each reports the time per incident.
func each(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/incidents, "µs/incident")
	b.ReportAllocs()
}

// userTime is the CPU time of this process outside of the kernel. Unlike the time on the clock, it
// says the same on a busy machine.
func userTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // it cannot fail
	}
	return time.Duration(usage.Utime.Nano())
}

func BenchmarkRead(b *testing.B) {
	s := prepare(b)
	for b.Loop() {
		if err := fs.WalkDir(s.files, "content", func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				_, err = fs.ReadFile(s.files, name)
			}
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	each(b)
}

func BenchmarkFrontMatter(b *testing.B) {
	front := []byte("title: API returning errors\nseverity: P1\ncomponents: [api, web]\nstatus: investigating\ndate: 2026-10-01T10:00:00Z\nimpact: Some requests fail.\n")
	b.ReportAllocs()
	var reader frontmatter.Reader
	for b.Loop() {
		if _, err := reader.YAML(front, 2); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMarkdown converts a text with lists, emphasis and links, and one of plain words, like
// most.
func BenchmarkMarkdown(b *testing.B) {
	convert := func(text string) func(b *testing.B) {
		return func(b *testing.B) {
			converter := markdown.NewConverter()
			b.ReportAllocs()
			for b.Loop() {
				converter.Convert(markdown.Source{Text: text, Path: "x.md", Heading: 4})
			}
		}
	}
	b.Run("all", convert("A deployment exhausted the database's connections; we are *rolling it back*.\n\n- one region is affected\n- all others work\n\nMore in the [guide](https://example.com/guide?a=1&b=2).\n"))
	b.Run("words", convert("A deployment exhausted the database's connections; we are rolling it back.\n\nOne region is affected, all others work.\n"))
}

func BenchmarkLoad(b *testing.B) {
	s := prepare(b)
	for b.Loop() {
		content.Load(s.files, content.Options{Config: s.input.Config})
	}
	each(b)
}

func BenchmarkFold(b *testing.B) {
	s := prepare(b)
	for b.Loop() {
		for _, i := range s.input.Content.Incidents {
			incident.Fold(i)
		}
	}
	each(b)
}

func BenchmarkPlan(b *testing.B) {
	s := prepare(b)
	for b.Loop() {
		site.Plan(site.Input{Config: s.input.Config, Content: s.input.Content, Words: s.input.Words, Now: at})
	}
	each(b)
}

// produce renders the files whose paths are wanted.
func produce(b *testing.B, want func(path string) bool) {
	s := prepare(b)
	var out bytes.Buffer
	made := 0
	begin := userTime()
	for b.Loop() {
		for _, f := range s.built.Files.Files() {
			if f.Digest != nil || !want(f.Path) {
				continue
			}
			out.Reset()
			if err := f.Write(&out); err != nil {
				b.Fatal(err)
			}
			made++
		}
	}
	if made == 0 {
		b.Fatal("nothing was made")
	}
	b.ReportMetric(float64((userTime()-begin).Microseconds())/float64(b.N)/incidents, "user-µs/incident")
	each(b)
}

func ends(endings ...string) func(string) bool {
	return func(path string) bool {
		for _, e := range endings {
			if strings.HasSuffix(path, e) {
				return true
			}
		}
		return false
	}
}

func BenchmarkRender(b *testing.B) { produce(b, ends(".html", ".md")) }
func BenchmarkFeeds(b *testing.B) {
	produce(b, func(path string) bool { return ends(".rss", ".atom")(path) || strings.Contains(path, "feed") })
}
func BenchmarkAPI(b *testing.B) {
	produce(b, func(path string) bool { return strings.HasPrefix(path, "api/") })
}

func BenchmarkHash(b *testing.B) {
	page := bytes.Repeat([]byte("0123456789abcdef"), 512)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		fileset.Sum(page)
	}
}

// BenchmarkWrite writes the site from memory to a new folder each time.
func BenchmarkWrite(b *testing.B) {
	s := prepare(b)
	var ready fileset.Set
	contents := testsite.Files(b, s.built.Files)
	for _, f := range s.built.Files.Files() {
		ready.Add(fileset.File{Path: f.Path, Order: f.Order, Write: func(w io.Writer) error { _, err := io.WriteString(w, contents[f.Path]); return err }})
	}
	out := b.TempDir()
	n := 0
	for b.Loop() {
		n++
		if _, err := disk.Write(b.Context(), filepath.Join(out, strconv.Itoa(n)), &ready); err != nil {
			b.Fatal(err)
		}
	}
	each(b)
}

// BenchmarkHTML renders the HTML of one kind of page at a time.
func BenchmarkHTML(b *testing.B) {
	for _, kind := range []string{"", "incidents/", "maintenance/", "components/", "history/"} {
		name := strings.TrimSuffix(kind, "/")
		if kind == "" {
			name = "all"
		}
		b.Run(name, func(b *testing.B) {
			produce(b, func(path string) bool { return strings.HasSuffix(path, ".html") && strings.HasPrefix(path, kind) })
		})
	}
}
