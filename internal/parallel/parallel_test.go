package parallel_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"settler.io/crier/internal/parallel"
)

func TestForCallsEveryIndexOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 15, 16, 17, 100, 1000} {
		for _, workers := range []int{0, 1, 2, 7, 2000} {
			calls := make([]atomic.Int32, n)
			parallel.For(n, workers, func(i int) { calls[i].Add(1) })
			for i := range calls {
				if got := calls[i].Load(); got != 1 {
					t.Errorf("n %d, workers %d: %d was worked on %d times", n, workers, i, got)
				}
			}
		}
	}
}

// TestForUsesItsWorkers makes each task wait until all of them are running.
func TestForUsesItsWorkers(t *testing.T) {
	const n = 4
	var running atomic.Int32
	all := make(chan struct{})
	parallel.For(n, n, func(int) {
		if running.Add(1) == n {
			close(all)
		}
		<-all
	})
}

func TestForLimitsWorkers(t *testing.T) {
	var running, most atomic.Int32
	parallel.For(1000, 3, func(int) {
		now := running.Add(1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		running.Add(-1)
	})
	if most.Load() > 3 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestTryReturnsTheErrorOfTheLowest(t *testing.T) {
	var calls [1000]atomic.Int32
	later := make(chan struct{}) // 500 has failed, or is about to
	err := parallel.Try(len(calls), 2, func(i int) error {
		calls[i].Add(1)
		switch i {
		case 98:
			<-later
		case 99:
			return errors.New("99 failed")
		case 500:
			close(later)
			return errors.New("500 failed")
		}
		return nil
	})
	if err == nil || err.Error() != "99 failed" {
		t.Errorf("got %v", err)
	}
	for i := range 100 {
		if calls[i].Load() != 1 {
			t.Errorf("%d was worked on %d times", i, calls[i].Load())
		}
	}
}

func TestTryStopsAtAnError(t *testing.T) {
	calls := 0
	err := parallel.Try(1000, 1, func(i int) error {
		calls++
		if i >= 99 {
			return fmt.Errorf("%d failed", i)
		}
		return nil
	})
	if err == nil || err.Error() != "99 failed" || calls != 100 {
		t.Errorf("got %v after %d calls", err, calls)
	}
}
