package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// edited is a preview of a generated site whose newest incident is edited repeatedly.
type edited struct {
	*served
	file, page, text string
	next             func() told
	edits            int
}

func editing(b *testing.B, incidents int) *edited {
	b.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // as in a process of its own: TestMain sets another
	dir := generated(b, incidents)
	files, err := fs.Glob(os.DirFS(dir), fmt.Sprintf("content/incidents/*/*/*-%05d-*/02-*.md", incidents-1))
	if err != nil || len(files) != 1 {
		b.Fatal(files, err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, files[0]))
	if err != nil {
		b.Fatal(err)
	}
	e := &edited{served: serving(b, dir), file: files[0], text: string(raw)}
	e.page = "incidents/" + path.Base(path.Dir(e.file)) + "/"
	e.next = e.listen(e.page)
	e.next()
	return e
}

// edit changes the file and waits for the changed page. It returns the time from closing the file
// to the last byte of the page.
func (e *edited) edit() time.Duration {
	e.edits++
	word := fmt.Sprintf("Edit number %d.", e.edits)
	e.write(e.file, e.text+"\n"+word+"\n")
	closed := time.Now()
	for {
		e.next()
		if strings.Contains(e.get(e.page), word) {
			return time.Since(closed)
		}
	}
}

// BenchmarkServeEdit measures the median time from closing an edited file to receiving the changed
// page over HTTP.
func BenchmarkServeEdit(b *testing.B) {
	for _, incidents := range []int{1000, 10000} {
		b.Run(fmt.Sprint(incidents), func(b *testing.B) {
			e := editing(b, incidents)
			var took []time.Duration
			for b.Loop() {
				took = append(took, e.edit())
			}
			slices.Sort(took)
			milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
			b.ReportMetric(milliseconds(took[len(took)/2]), "ms-median")
			b.ReportMetric(milliseconds(took[0]), "ms-least") // less affected by other load
		})
	}
}

// BenchmarkServeMemory measures the memory in use after ten edits, and how much it grows over a
// thousand more.
func BenchmarkServeMemory(b *testing.B) {
	for _, incidents := range []int{1000, 10000} {
		b.Run(fmt.Sprint(incidents), func(b *testing.B) {
			e := editing(b, incidents)
			use := func() float64 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				return float64(m.HeapAlloc) / (1 << 20)
			}
			for range 10 {
				e.edit()
			}
			before := use()
			for b.Loop() {
				for range 1000 {
					e.edit()
				}
			}
			b.ReportMetric(before, "MiB")
			b.ReportMetric(use()-before, "MiB-more")
		})
	}
}
