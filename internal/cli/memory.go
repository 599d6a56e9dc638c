// The functions in this file bound the memory that a build of a large site takes.

package cli

import (
	"math"
	"runtime"
	"runtime/debug"
)

// Memory makes Go's collector work harder rather than let a build of a large site take twice the memory of its content, unless
// GOGC says otherwise, or grow beyond 1.2 GB, unless GOMEMLIMIT does. The heap's first 128 MB are in large
// pages where the system has such. What it gives ends all but that.
func Memory() (end func()) {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(1200 << 20)
	}
	const usual = 100
	before := debug.SetGCPercent(usual / 3)
	if before != usual {
		debug.SetGCPercent(before)
		return func() {}
	}
	// The collector runs when memory has grown by a third of what it found in use. Without more it would run all the time while
	// little is; this counts as in use, and no page of it is ever touched.
	ballast := make([]byte, 96<<20)
	largePages(make([]byte, 128<<20))
	runtime.GC() // takes back what it has just got, and gives it out again piece by piece
	return func() {
		runtime.KeepAlive(ballast)
		debug.SetGCPercent(before)
	}
}
