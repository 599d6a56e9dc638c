package cli

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// TestMemory checks that the collector runs more often, but not while the heap is small, and that
// end restores the setting.
func TestMemory(t *testing.T) {
	before, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
	defer func() {
		debug.SetGCPercent(before)
		debug.SetMemoryLimit(limit)
	}()
	end := Memory()
	percent := debug.SetGCPercent(-1)
	debug.SetGCPercent(percent)
	if percent >= 100 || debug.SetMemoryLimit(-1) == math.MaxInt64 {
		t.Errorf("the collector waits until %d %% are new, and the limit is %d", percent, debug.SetMemoryLimit(-1))
	}
	var first, then runtime.MemStats
	runtime.ReadMemStats(&first)
	for range 16 {
		keep = make([]byte, 1<<20)
	}
	if runtime.ReadMemStats(&then); then.NumGC != first.NumGC {
		t.Errorf("16 MB cost %d collections", then.NumGC-first.NumGC)
	}
	end()
	if percent = debug.SetGCPercent(100); percent != 100 {
		t.Errorf("afterwards the collector waits until %d %% are new", percent)
	}
}

var keep []byte

// TestSaidOtherwise checks that Memory leaves GOGC and GOMEMLIMIT alone if they are set.
func TestSaidOtherwise(t *testing.T) {
	before, limit := debug.SetGCPercent(200), debug.SetMemoryLimit(1<<40)
	defer func() {
		debug.SetGCPercent(before)
		debug.SetMemoryLimit(limit)
	}()
	Memory()()
	if percent := debug.SetGCPercent(100); percent != 200 || debug.SetMemoryLimit(-1) != 1<<40 {
		t.Errorf("the collector waits until %d %% are new, and the limit is %d", percent, debug.SetMemoryLimit(-1))
	}
}

// TestLargePages checks that the heap is in memory for which large pages were requested.
func TestLargePages(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux is asked")
	}
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("this system has none: " + err.Error())
	}
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	defer Memory()()
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(maps), "\n") {
		if strings.HasPrefix(line, "VmFlags:") && strings.Contains(line, " hg") {
			return
		}
	}
	t.Error("no memory asks for large pages")
}
