package cache

import (
	"context"
	"fmt"
	"os"
	"time"

	"settler.io/crier/internal/git"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/source/content"
)

// History reads git's history of the site in folder. Commits that its cache knows are not read
// again.
func History(ctx context.Context, folder string) (*git.History, error) {
	c, _ := Open(folder) // nil stores nothing
	defer c.Close()
	return git.Read(ctx, folder, c, content.Identity)
}

// History reads git's history of the site in folder, and returns a string that changes whenever the
// history does: "" if it may change unnoticed, or s is nil.
func (s *Site) History(ctx context.Context, folder string) (history *git.History, state string, err error) {
	if s == nil {
		history, err = History(ctx, folder)
		return history, "", err
	}
	if history, err = git.Read(ctx, folder, s.cache, content.Identity); err == nil {
		state = settledState(history.State, history.Index, s.start)
	}
	return history, state, err
}

// settledState returns a string that changes whenever a history and the index of git do, or "" if
// they may change unnoticed.
func settledState(state, index string, now time.Time) string {
	if index == "" {
		return state
	}
	info, err := os.Stat(index)
	if err != nil {
		return ""
	}
	look, ok := sitefs.LookOf(info)
	if !ok || !look.Settled(now) {
		return ""
	}
	return fmt.Sprintf("%s %+v", state, look)
}
