// This file limits the memory used to build a large site.

package cli

import (
	"math"
	"runtime"
	"runtime/debug"
)

// Memory tunes the garbage collector so that building a large site does not take twice the memory
// of its content (unless GOGC is set), sets a memory limit of 1.2 GB (unless GOMEMLIMIT is set) and
// requests large pages for the first 512 MB of the heap. The returned function restores the GC
// percentage; the memory limit and the large pages stay.
func Memory() (end func()) {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(1200 << 20)
	}
	const usual = 100
	before := debug.SetGCPercent(usual / 2)
	if before != usual {
		debug.SetGCPercent(before)
		return func() {}
	}
	// The collector runs whenever the heap has grown by half. With a small heap that would be
	// all the time. The ballast counts as live memory, but its pages are never touched.
	ballast := make([]byte, 96<<20)
	largePages(512 << 20)
	runtime.GC() // frees them, so that later allocations use them
	return func() {
		runtime.KeepAlive(ballast)
		debug.SetGCPercent(before)
	}
}
