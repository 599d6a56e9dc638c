package cli

import (
	"context"
	"fmt"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/record"
)

// receipts gives a function that reads what former runs noted at a target. That it cannot be read stops nothing.
func (p *publishing) receipts(r *published) func(context.Context) []record.Entry {
	return func(ctx context.Context) []record.Entry {
		notebook, ok := r.place.(publish.Notebook)
		if ok && !r.read {
			text, err := notebook.Notes(ctx)
			if err != nil {
				fmt.Fprintf(p.Stderr, "%s: warning: %v\n", r.target.text, err)
			}
			if r.notes, err = publish.ParseReceipts(text); err != nil {
				fmt.Fprintf(p.Stderr, "%s: warning: %v\n", r.target.text, err)
			}
			r.read = true
		}
		return r.notes
	}
}

// note keeps when the updates of this run were seen live, at the target that the site's address shows; the next publish there writes
// it into the record. That it cannot be kept is told, and no failure.
func (p *publishing) note(ctx context.Context, live live) {
	r := p.shown()
	if r == nil || live.at.IsZero() {
		return
	}
	notebook, ok := r.place.(publish.Notebook)
	fresh := r.plan.Receipts()
	if !ok || len(fresh) == 0 {
		return
	}
	for n := range fresh {
		fresh[n].Live = live.at
	}
	r.notes = append(r.plan.Left(p.receipts(r)(ctx)), fresh...)
	if err := notebook.Note(ctx, publish.EncodeReceipts(r.notes)); err != nil {
		fmt.Fprintf(p.Stderr, "%s: warning: when it was seen live is not kept: %v\n", r.target.text, err)
	}
}

// shown gives the target that the site's address shows: the first that was published to. Nil: none was.
func (p *publishing) shown() *published {
	for n := range p.results {
		if r := &p.results[n]; r.err == nil && !r.plan.Nothing() {
			return r
		}
	}
	return nil
}
