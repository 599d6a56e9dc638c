//go:build race

package markdown

// raceDetector says that this test binary looks for data races. sync.Pool then drops values at
// random, so what a conversion allocates says nothing.
const raceDetector = true
