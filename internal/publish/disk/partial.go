package disk

import (
	"fmt"

	"settler.io/crier/internal/fileset"
)

// PartialError reports that a run ended after it had changed public files and before it was done.
// The folder works: no link leads to a missing file. The next run continues.
type PartialError struct {
	Created, Updated, Deleted int
	Of                        int // number of files that were to be changed
	Err                       error
}

func (e *PartialError) Error() string {
	return fmt.Sprintf("%d of %d files of the output were changed (%d created, %d updated, %d deleted), and then: %v",
		e.Created+e.Updated+e.Deleted, e.Of, e.Created, e.Updated, e.Deleted, e.Err)
}

func (e *PartialError) Unwrap() error { return e.Err }

// did records changes of public files. It is safe for concurrent use.
func (w *writer) did(action fileset.Action, names ...string) {
	w.doneLock.Lock()
	defer w.doneLock.Unlock()
	if w.done == nil {
		w.done = map[string]fileset.Action{}
	}
	for _, name := range names {
		w.done[name] = action
	}
}

// partial adds to an error what was changed before it, if anything was.
func (w *writer) partial(err error) error {
	e := &PartialError{Err: err, Of: len(w.summary().Changes)}
	for _, action := range w.done {
		switch action {
		case fileset.Create:
			e.Created++
		case fileset.Update:
			e.Updated++
		case fileset.Delete:
			e.Deleted++
		}
	}
	if len(w.done) == 0 {
		return err
	}
	return e
}
