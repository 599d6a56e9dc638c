package cli

import (
	"slices"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

// BenchmarkCheck compares checking 10,000 incidents in a git repository, where every deadline of
// five years is judged by its commit, with building them without writing any files. It reports the
// medians of five alternating runs of each.
func BenchmarkCheck(b *testing.B) {
	dir := generated(b, 10000)
	testenv.Init(b, dir)
	testenv.Commit(b, dir, "all")
	var check, build []time.Duration
	measure := func(into *[]time.Duration, args ...string) {
		begin := time.Now()
		if status, _, stderr := run(b, dir, autumn, args...); status != exitFine {
			b.Fatal(args, status, stderr)
		}
		*into = append(*into, time.Since(begin))
	}
	for b.Loop() {
		for range 5 {
			measure(&build, "build", "--dry-run")
			measure(&check, "check")
		}
	}
	median := func(all []time.Duration) float64 {
		slices.Sort(all)
		return all[len(all)/2].Seconds()
	}
	b.ReportMetric(median(check), "check-s")
	b.ReportMetric(median(build), "dry-run-s")
	b.ReportMetric(median(check)/median(build), "check/dry-run")
}
