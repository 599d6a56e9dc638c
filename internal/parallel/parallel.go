// Package parallel runs independent tasks on several goroutines. It is the program's only worker
// pool.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For calls work(i) once for every i from 0 to n-1, on the given number of goroutines, and returns
// when all calls have returned. Zero workers means one per processor.
func For(n, workers int, work func(i int)) {
	Try(n, workers, func(i int) error {
		work(i)
		return nil
	})
}

// Try is like For, but work may fail. It returns the error of the lowest i that fails, however the
// goroutines are scheduled: work is called for every i below it, and for as few as possible above
// it.
func Try(n, workers int, work func(i int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	// Give neighbours to the same worker, since they often share a folder, but in chunks small
	// enough that every worker gets several.
	chunk := min(16, max(1, n/(8*workers)))
	workers = min(workers, (n+chunk-1)/chunk)

	var next, failed atomic.Int64
	failed.Store(int64(n))
	var lock sync.Mutex
	var failure error
	run := func() {
		for {
			to := int(next.Add(int64(chunk)))
			from := to - chunk
			if from >= n {
				return
			}
			for i := from; i < min(to, n); i++ {
				if int64(i) > failed.Load() {
					return
				}
				if err := work(i); err != nil {
					lock.Lock()
					if int64(i) < failed.Load() {
						failed.Store(int64(i))
						failure = err
					}
					lock.Unlock()
					return
				}
			}
		}
	}
	if workers == 1 {
		run()
		return failure
	}
	var group sync.WaitGroup
	for range workers {
		group.Go(run)
	}
	group.Wait()
	return failure
}
