package githubpages

import "context"

// notebook returns the ref of a commit whose message is the delivery log. Nothing is built or
// served from it.
func (b *Branch) notebook() string { return "refs/crier/receipts/" + b.options.Branch }

// ReadLog returns the delivery log; see publish.Target.
func (b *Branch) ReadLog(ctx context.Context) (string, error) {
	commit, err := b.readRef(ctx, b.notebook())
	if commit == nil || err != nil {
		return "", b.explain("reading the delivery log", err)
	}
	b.noted = true
	return commit.GetMessage(), nil
}

// WriteLog replaces the delivery log. The commit needs a tree, so it has the one that was published
// last.
func (b *Branch) WriteLog(ctx context.Context, text string) error {
	if b.tree == "" {
		return nil
	}
	commit, err := b.commit(ctx, b.tree, text, b.patience.Now(), nil)
	if err != nil {
		return b.explain("writing the delivery log", err)
	}
	return b.explain("writing the delivery log", b.setRef(ctx, b.notebook(), commit, &b.noted))
}
