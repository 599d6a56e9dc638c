package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
)

// visible is called after every step that a reader of the folder could see.
func (w *writer) visible() {
	if w.after != nil {
		w.after()
	}
}

// commit moves the staged files into place, in this order: assets, new files, changed pages,
// entries, the seal. Then it deletes stale files and writes the manifest.
func (w *writer) commit() error {
	var order [5][]int
	changed := false
	for i, s := range w.staged {
		if s.action == "" {
			continue
		}
		changed = true
		switch {
		case s.order == fileset.Asset:
			order[0] = append(order[0], i)
		case s.order == fileset.Entry:
			order[3] = append(order[3], i)
		case s.order == fileset.Seal:
			order[4] = append(order[4], i)
		case s.action == fileset.Create:
			order[1] = append(order[1], i)
		default:
			order[2] = append(order[2], i)
		}
	}
	touched := changed || len(w.stale) > 0
	if touched {
		if err := w.writeJournal(); err != nil {
			return err
		}
	}
	made := map[string]bool{".": true}
	for k, group := range order {
		group, err := w.moveFresh(group, made)
		if err != nil {
			return err
		}
		order[k] = group
		for _, i := range group {
			if err := w.folder(path.Dir(w.files.Files()[i].Path), made); err != nil {
				return err
			}
		}
		if err := w.rename(group); err != nil {
			return err
		}
	}
	if err := w.deleteStale(); err != nil {
		return err
	}
	for _, name := range w.lost {
		w.removeEmpty(path.Dir(name))
	}
	if err := w.writeNotes(); err != nil {
		return err
	}
	if err := w.writeManifest(); err != nil {
		return err
	}
	if err := w.root.Remove(private("journal")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return w.cleanTemporary()
}

// folder creates a folder unless it did so before. It deletes a stale file of ours that is in the
// way.
func (w *writer) folder(name string, made map[string]bool) error {
	if made[name] {
		return nil
	}
	made[name] = true
	err := w.root.MkdirAll(name, 0o755)
	if err == nil {
		return nil
	}
	for up := name; up != "."; up = path.Dir(up) {
		if slices.Contains(w.stale, up) {
			if err := w.root.Remove(up); err != nil {
				return err
			}
			w.did(fileset.Delete, up)
			return w.root.MkdirAll(name, 0o755)
		}
	}
	return err
}

// moveFresh moves the fresh folders of a group into place and returns the files that are left to
// move. The parent of a fresh folder exists, unless someone has deleted it in the meantime.
func (w *writer) moveFresh(group []int, made map[string]bool) ([]int, error) {
	left := group[:0]
	moved := map[string]bool{}
	for _, i := range group {
		top := w.staged[i].top
		switch {
		case top == "":
			left = append(left, i)
		case !moved[top]:
			moved[top] = true
			if err := w.folder(path.Dir(top), made); err != nil {
				return nil, err
			}
			if err := w.root.Rename(private("tmp", "new", top), top); err != nil {
				return nil, err
			}
			w.visible()
		}
		if top != "" {
			w.did(fileset.Create, w.files.Files()[i].Path)
		}
	}
	return left, nil
}

// rename moves the files of a group into place in parallel. Their order does not matter.
func (w *writer) rename(group []int) error {
	workers := 0
	if w.serial {
		workers = 1
	}
	return parallel.Try(len(group), workers, func(n int) error { return w.move(group[n]) })
}

// move renames one staged file into place.
func (w *writer) move(i int) error {
	name := w.files.Files()[i].Path
	err := w.root.Rename(temporary(i), name)
	if err != nil && w.staged[i].action == fileset.Create {
		err = errors.Join(w.clear(name), w.root.Rename(temporary(i), name))
	}
	if err == nil {
		w.did(w.staged[i].action, name)
	}
	w.visible()
	return err
}

// clear removes a folder of stale files that is in the way of a file.
func (w *writer) clear(folder string) error {
	for _, name := range slices.Backward(w.stale) {
		if strings.HasPrefix(name, folder+"/") {
			if err := w.remove(name); err != nil {
				return err
			}
			w.removeEmpty(path.Dir(name))
		}
	}
	if info, err := w.root.Lstat(folder); err == nil && info.IsDir() {
		return w.root.Remove(folder)
	}
	return nil
}

// deleteStale deletes the files that the site no longer has. Stale pages may link to each other, so
// it first replaces each one by a page that links only to the overview. After that, no remaining
// page links to a file that is about to be deleted.
func (w *writer) deleteStale() error {
	var pages, others, assets []string
	for _, name := range w.stale {
		switch {
		case path.Ext(name) == ".html":
			pages = append(pages, name)
		case strings.HasPrefix(name, "assets/"):
			assets = append(assets, name)
		default:
			others = append(others, name)
		}
	}
	for _, name := range pages {
		if info, err := w.root.Lstat(name); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if err := w.replace(name, gone(name)); err != nil {
			return err
		}
		w.did(fileset.Update, name)
	}
	for _, name := range slices.Concat(others, pages, assets) {
		if info, err := w.root.Lstat(name); err == nil && info.IsDir() {
			continue // a folder of the new site has replaced it
		}
		if err := w.remove(name); err != nil && w.exists(name) {
			return err
		}
		w.visible()
		w.removeEmpty(path.Dir(name))
	}
	return nil
}

// remove deletes a stale file if it exists.
func (w *writer) remove(name string) error {
	err := w.root.Remove(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil:
		w.did(fileset.Delete, name)
	}
	return err
}

// removeEmpty deletes a folder if it is empty, and then each parent that becomes empty.
func (w *writer) removeEmpty(folder string) {
	for ; folder != "."; folder = path.Dir(folder) {
		info, err := w.root.Lstat(folder)
		if err != nil && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		// It is a file of the new site, or it is not empty.
		if err != nil || !info.IsDir() || w.root.Remove(folder) != nil {
			return
		}
	}
}

func (w *writer) writeNotes() error {
	for _, note := range w.notes {
		if note.Action == fileset.Delete {
			if err := w.root.Remove(note.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		if err := w.root.MkdirAll(path.Dir(note.Path), 0o755); err != nil {
			return err
		}
		if err := w.replace(note.Path, note.Content); err != nil {
			return err
		}
	}
	return nil
}

// gone returns the page that replaces a stale page until it is deleted.
func gone(name string) []byte {
	index := strings.Repeat("../", strings.Count(name, "/")) + "index.html"
	return fmt.Appendf(nil, "<!DOCTYPE html>\n<html lang=\"en\"><title>Gone</title><p><a href=\"%s\">This page is gone.</a></p></html>\n", index)
}

// cleanTemporary deletes all temporary files, including those of a run that was killed.
func (w *writer) cleanTemporary() error {
	entries, err := fs.ReadDir(w.root.FS(), private("tmp"))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	for _, entry := range entries {
		if err := w.root.RemoveAll(private("tmp", entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
