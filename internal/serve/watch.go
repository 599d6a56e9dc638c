package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

type Options struct {
	// Ignore reports whether to ignore a path and everything below it. The path is slash-separated
	// and relative to the folder. Nil ignores nothing.
	Ignore func(path string) bool
	// Beside are further folders, which may be anywhere and are watched without their subfolders. A
	// batch says only that something changed there.
	Beside []string

	Quiet time.Duration // a batch is complete after this long without a change; default 15 ms
	Most  time.Duration // the longest wait for a batch under constant change; default 250 ms
	// Poll is the time between two comparisons where the system can't watch; default 1 s.
	Poll time.Duration
	// Check is the time between two comparisons where it can, because some file systems send no
	// notifications; default 10 s.
	Check time.Duration

	// Sleep waits for a duration, or returns an error once the context is cancelled.
	Sleep func(ctx context.Context, d time.Duration) error

	// Say is called once with an explanation if the system can't watch and files are compared
	// instead.
	Say func(why string)
}

// Batch is a set of changes, gathered until there was a quiet moment.
type Batch struct {
	// Paths are the files and folders that were created, changed or deleted: relative to the
	// folder, slash-separated and sorted.
	Paths  []string
	All    bool // notifications were lost, so anything may have changed
	Beside bool // something changed in one of Options.Beside
}

// Watch watches a folder until the context is cancelled, and then closes the channel. It reports
// every change made after it has returned. Batches that have not been received are merged.
func Watch(ctx context.Context, folder string, o Options) (<-chan Batch, error) {
	return start(ctx, folder, o, (*fsnotify.Watcher).Add)
}

// start is Watch with a replaceable function that watches one folder.
func start(ctx context.Context, folder string, o Options, add func(*fsnotify.Watcher, string) error) (<-chan Batch, error) {
	if _, err := os.Stat(folder); err != nil {
		return nil, err
	}
	o.Quiet, o.Most = cmp.Or(o.Quiet, 15*time.Millisecond), cmp.Or(o.Most, 250*time.Millisecond)
	o.Poll, o.Check = cmp.Or(o.Poll, time.Second), cmp.Or(o.Check, 10*time.Second)
	if o.Ignore == nil {
		o.Ignore = func(string) bool { return false }
	}
	w := &watcher{Options: o, folder: folder, add: add, batches: make(chan Batch), folders: map[string]bool{}}
	if err := w.begin(); err != nil {
		return nil, fmt.Errorf("cannot watch %s: %w", folder, err)
	}
	go w.run(ctx)
	return w.batches, nil
}

type watcher struct {
	Options
	folder  string
	add     func(*fsnotify.Watcher, string) error
	system  *fsnotify.Watcher // nil: files are compared instead
	batches chan Batch
	known   map[string]fileStamp // as last seen; nil before the first comparison
	folders map[string]bool      // folders that the system watches, by path
	pending Batch                // what changed since the last batch, in any order
}

// begin asks the system to watch all folders. If the system can't watch that many, files are
// compared instead.
func (w *watcher) begin() error {
	system, err := fsnotify.NewWatcher()
	if err == nil {
		w.system = system
		if err = w.addTree(".", false); err == nil {
			for _, folder := range w.Beside {
				if err = w.add(system, folder); err != nil {
					break
				}
			}
		}
	}
	if err == nil {
		return nil
	}
	if !exhausted(err) {
		if w.system != nil {
			w.system.Close()
		}
		return err
	}
	w.giveUp(err)
	return nil
}

// exhausted reports whether an error means that the system can't watch any more folders.
func exhausted(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ENOMEM)
}

// giveUp switches from the system's notifications to comparing files.
func (w *watcher) giveUp(err error) {
	if w.system != nil {
		w.system.Close()
		w.system = nil
	}
	w.folders = nil
	w.known = w.scan()
	w.Say(fmt.Sprintf("the system cannot watch so many folders (%v), so files are compared every %v", err, w.Poll))
}

// addTree watches a folder and everything below it. With tell, it marks everything it finds as
// changed, because a new folder may contain files that were created before it was watched.
func (w *watcher) addTree(name string, tell bool) error {
	return visit(w.folder, name, w.Ignore, func(path string, s fileStamp) error {
		if tell {
			w.changed(path)
		}
		if !s.folder {
			return nil
		}
		w.folders[path] = true
		err := w.add(w.system, w.file(path))
		if err != nil && !exhausted(err) && path != "." {
			// The folder is gone, or it is unreadable, which reading the content reports.
			return nil
		}
		return err
	})
}

func (w *watcher) changed(path string) { w.pending.Paths = append(w.pending.Paths, path) }

func (w *watcher) file(path string) string { return filepath.Join(w.folder, filepath.FromSlash(path)) }

// run gathers notifications into batches.
func (w *watcher) run(ctx context.Context) {
	defer close(w.batches)
	defer func() {
		if w.system != nil {
			w.system.Close()
		}
	}()
	var quiet, most, compare <-chan struct{}
	complete := false
	for {
		var events <-chan fsnotify.Event
		var errs <-chan error
		every := w.Poll
		if w.system != nil {
			events, errs, every = w.system.Events, w.system.Errors, w.Check
		}
		if compare == nil {
			compare = w.after(ctx, every)
		}
		var out chan<- Batch
		if complete {
			out = w.batches
			slices.Sort(w.pending.Paths)
			w.pending.Paths = slices.Compact(w.pending.Paths)
		}
		happened := false
		select {
		case <-ctx.Done():
			return
		case event, ok := <-events:
			if !ok {
				return
			}
			happened = w.notice(event)
			if w.system == nil {
				compare = nil // sooner
			}
		case err, ok := <-errs:
			if !ok {
				return
			}
			if errors.Is(err, fsnotify.ErrEventOverflow) {
				w.pending.All, happened = true, true
			}
		case <-compare:
			happened, compare = w.differ(w.scan()), nil
		case <-quiet:
			complete = true
		case <-most:
			complete = true
		case out <- w.pending:
			w.seen(w.pending.Paths)
			w.pending = Batch{}
			complete, quiet, most = false, nil, nil
		}
		if happened {
			quiet = w.after(ctx, w.Quiet)
			if most == nil {
				most = w.after(ctx, w.Most)
			}
		}
	}
}

// after returns a channel that is closed after the duration.
func (w *watcher) after(ctx context.Context, d time.Duration) <-chan struct{} {
	over := make(chan struct{})
	go func() {
		if w.Sleep(ctx, d) == nil {
			close(over)
		}
	}()
	return over
}

func (w *watcher) notice(event fsnotify.Event) bool {
	if event.Op == fsnotify.Chmod {
		return false
	}
	for _, folder := range w.Beside {
		if filepath.Dir(event.Name) == filepath.Clean(folder) {
			w.pending.Beside = true
			return true
		}
	}
	relative, err := filepath.Rel(w.folder, event.Name)
	if err != nil {
		return false
	}
	name := filepath.ToSlash(relative)
	if name == "." || w.Ignore(name) {
		return false
	}
	w.changed(name)
	if event.Has(fsnotify.Remove) || event.Has(fsnotify.Rename) {
		w.forget(name)
	}
	if event.Has(fsnotify.Create) {
		if err := w.addTree(name, true); exhausted(err) {
			w.giveUp(err)
			w.pending.All = true
		}
	}
	return true
}

// forget stops watching a deleted or moved folder and the folders in it. After a move, the system
// would still report them under their old names.
func (w *watcher) forget(name string) {
	if !w.folders[name] {
		return
	}
	for folder := range w.folders {
		if folder == name || strings.HasPrefix(folder, name+"/") {
			// An error means that the system stopped watching it by itself.
			w.system.Remove(w.file(folder))
			delete(w.folders, folder)
		}
	}
}

// differ marks what changed since the last scan and reports whether anything did.
func (w *watcher) differ(now map[string]fileStamp) bool {
	before := w.known
	w.known = now
	if before == nil {
		return false
	}
	happened := false
	for name, s := range now {
		if old, ok := before[name]; !ok || old != s {
			w.changed(name)
			happened = true
		}
	}
	for name := range before {
		if _, ok := now[name]; !ok {
			w.changed(name)
			happened = true
		}
	}
	return happened
}

// seen updates the stamps of the files in a batch, so that the next comparison does not report them
// again.
func (w *watcher) seen(paths []string) {
	if w.known == nil || w.system == nil {
		return
	}
	for _, name := range paths {
		if s, ok := look(w.folder, name); ok {
			w.known[name] = s
			continue
		}
		delete(w.known, name)
		for other := range w.known {
			if strings.HasPrefix(other, name+"/") {
				delete(w.known, other)
			}
		}
	}
}

func (w *watcher) scan() map[string]fileStamp {
	found := map[string]fileStamp{}
	visit(w.folder, ".", w.Ignore, func(name string, s fileStamp) error {
		found[name] = s
		return nil
	})
	return found
}
