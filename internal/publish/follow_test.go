package publish_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/testsite/testenv"
)

func TestFollow(t *testing.T) {
	begin := time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	minute := func(n int) time.Time { return begin.Add(time.Duration(n) * time.Minute) }
	failure := errors.New("the target is down")
	for name, c := range map[string]struct {
		edges      []int // minutes at which the site changes by itself
		fails      map[int]error
		superseded int // minute from which a newer commit is published
		want       []int
		err        error
	}{
		"nothing is due":          {want: []int{0}},
		"nothing is due in time":  {edges: []int{66}, want: []int{0}},
		"a release":               {edges: []int{30}, want: []int{0, 30}},
		"several":                 {edges: []int{15, 16, 65, 80}, want: []int{0, 15, 16, 65}},
		"a newer commit":          {edges: []int{4, 40, 50}, superseded: 12, want: []int{0, 4}},
		"a failure is tried anew": {edges: []int{20, 40}, fails: map[int]error{20: failure}, want: []int{0, 20, 40}},
		"the last one fails":      {edges: []int{20}, fails: map[int]error{20: failure}, want: []int{0, 20}, err: failure},
	} {
		t.Run(name, func(t *testing.T) {
			now := begin
			var got []int
			f := publish.Follower{Now: func() time.Time { return now }, Until: minute(65),
				Wait: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
				Publish: func(context.Context) (next time.Time, err error) {
					at := int(now.Sub(begin) / time.Minute)
					got = append(got, at)
					if n := slices.IndexFunc(c.edges, func(edge int) bool { return edge > at }); n >= 0 {
						next = minute(c.edges[n])
					}
					return next, c.fails[at]
				},
				Superseded: func(context.Context) bool { return c.superseded > 0 && !now.Before(minute(c.superseded)) },
			}
			if err := f.Follow(t.Context()); !errors.Is(err, c.err) || !slices.Equal(got, c.want) {
				t.Errorf("published at %v, want %v: %v", got, c.want, err)
			}
		})
	}
}

// traffic simulates a status page of the size of Jenkins's for some days, whose publishing job runs
// on push and every ten minutes. The scheduled runs are as late as reported in 2026: on one day in
// ten there are none for 4 to 14 hours, and otherwise each one is up to 30 minutes late or dropped.
// It returns how many held updates and maintenance edges there were, and how many were public
// within the tolerance.
func traffic(t *testing.T, days int, follow, ahead time.Duration) (held, heldInTime, edges, edgesInTime int) {
	const tolerance = 5 * time.Minute
	type due struct {
		committed, at, latest time.Time
		edge                  bool
		public                time.Time
	}
	synctest.Test(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		begin := time.Now()
		end := begin.AddDate(0, 0, days)
		var all []*due
		var runs []time.Time // when jobs start
		for day := begin; day.Before(end); day = day.AddDate(0, 0, 1) {
			at := func() time.Time { return day.Add(time.Duration(r.Int64N(int64(24 * time.Hour)))) }
			if r.IntN(3) == 0 { // an incident of some updates, one an hour or so
				for pushed := at(); r.IntN(4) > 0; pushed = pushed.Add(time.Duration(20+r.IntN(60)) * time.Minute) {
					release := pushed.Add(time.Duration(1+r.IntN(60)) * time.Minute) // a hold or a batch
					all = append(all, &due{committed: pushed, at: release, latest: pushed.Add(time.Hour + tolerance)})
					runs = append(runs, pushed.Add(time.Minute))
				}
			}
			if r.IntN(10) == 0 { // maintenance that was planned days before
				starts := at().AddDate(0, 0, 3)
				for _, edge := range []time.Time{starts, starts.Add(time.Duration(30+r.IntN(240)) * time.Minute)} {
					all = append(all, &due{committed: day, at: edge, latest: edge.Add(tolerance), edge: true})
				}
				runs = append(runs, day.Add(time.Minute))
			}
			outage := at()
			over := outage
			if r.IntN(10) == 0 {
				over = outage.Add(time.Duration(240+r.IntN(600)) * time.Minute)
			}
			for scheduled := day; scheduled.Before(day.AddDate(0, 0, 1)); scheduled = scheduled.Add(10 * time.Minute) {
				if run := scheduled.Add(time.Duration(r.IntN(30)) * time.Minute); r.IntN(4) > 0 && (run.Before(outage) || run.After(over)) {
					runs = append(runs, run)
				}
			}
		}
		slices.SortFunc(runs, time.Time.Compare)
		var mutex sync.Mutex // jobs overlap
		for _, start := range runs {
			time.Sleep(time.Until(start))
			checkout := time.Now() // a job sees what was committed before it started
			go publish.Follower{Now: time.Now, Until: time.Now().Add(follow), Wait: func(_ context.Context, d time.Duration) error { time.Sleep(d); return nil },
				Publish: func(context.Context) (next time.Time, err error) {
					mutex.Lock()
					defer mutex.Unlock()
					for _, d := range all {
						switch {
						case d.committed.After(checkout):
						case d.at.After(time.Now()) && (d.edge || d.latest.Add(-tolerance-ahead).After(time.Now())):
							if next.IsZero() || d.at.Before(next) {
								next = d.at
							}
						case d.public.IsZero():
							d.public = time.Now()
						}
					}
					return next, nil
				},
				Superseded: func(context.Context) bool { return false },
			}.Follow(t.Context())
		}
		time.Sleep(3 * 24 * time.Hour)
		for _, d := range all {
			inTime := 0
			if !d.public.IsZero() && !d.public.After(d.latest) {
				inTime = 1
			}
			if d.edge {
				edges, edgesInTime = edges+1, edgesInTime+inTime
			} else {
				held, heldInTime = held+1, heldInTime+inTime
			}
		}
	})
	return held, heldInTime, edges, edgesInTime
}

// TestHeldUpdatesAreInTime simulates a year, or a month without CRIER_LONG, with the scheduled runs
// alone, as with --ahead 20m, and with jobs that follow. docs/publishing.md has the table.
func TestHeldUpdatesAreInTime(t *testing.T) {
	days := 30
	if testenv.Long() {
		days = 365
	}
	for _, c := range []struct {
		name          string
		follow, ahead time.Duration
		held, edges   float64 // the least share in time
	}{{"scheduled", 0, 0, 0, 0}, {"scheduled, --ahead 20m", 0, 20 * time.Minute, 0, 0}, {"--follow 65m", 65 * time.Minute, 0, 1, 0.8}} {
		held, heldInTime, edges, edgesInTime := traffic(t, days, c.follow, c.ahead)
		t.Logf("%s: %d of %d held updates in time (%.1f %%), %d of %d edges of maintenance (%.1f %%)", c.name, heldInTime, held, 100*float64(heldInTime)/float64(held), edgesInTime, edges, 100*float64(edgesInTime)/float64(edges))
		if float64(heldInTime) < c.held*float64(held) || float64(edgesInTime) < c.edges*float64(edges) || held == 0 || edges == 0 {
			t.Errorf("%s: too few", c.name)
		}
	}
}
