package publish

import (
	"context"
	"errors"
	"time"

	"settler.io/crier/internal/publish/record"
)

// DeliveryLog is what runs have noted at a place about what they published there: when it was seen
// live, and who was told. The next publish writes it into the record.
type DeliveryLog struct {
	Place Target
	Warn  func(error) // is called with what keeps the log from being read

	entries []record.Entry
	read    bool
}

// Entries reads the log, once. It is empty if the place keeps none.
func (l *DeliveryLog) Entries(ctx context.Context) []record.Entry {
	notebook, ok := l.Place.(LogStore)
	if ok && !l.read {
		text, err := notebook.ReadLog(ctx)
		if err != nil {
			l.Warn(err)
		}
		if l.entries, err = ParseDeliveryLog(text); err != nil {
			l.Warn(err)
		}
		l.read = true
	}
	return l.entries
}

// AddLive notes that what a plan made public was seen live at an instant.
func (l *DeliveryLog) AddLive(ctx context.Context, plan *Plan, at time.Time) error {
	notebook, ok := l.Place.(LogStore)
	fresh := plan.Deliveries()
	if !ok || len(fresh) == 0 {
		return nil
	}
	for n := range fresh {
		fresh[n].Live = at
	}
	l.entries = append(plan.Left(l.Entries(ctx)), fresh...)
	return notebook.WriteLog(ctx, EncodeDeliveryLog(l.entries))
}

// ErrNoLog means that a place keeps no delivery log.
var ErrNoLog = errors.New("this place keeps nothing")

// Replace writes other entries in place of those of the log.
func (l *DeliveryLog) Replace(ctx context.Context, entries []record.Entry) error {
	notebook, ok := l.Place.(LogStore)
	if !ok {
		return ErrNoLog
	}
	l.entries = entries
	return notebook.WriteLog(ctx, EncodeDeliveryLog(entries))
}
