package serve

import (
	"context"
	"io/fs"
	"strings"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish/recordsource"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/source/content"
)

// loaded is a site's sources, read and understood.
type loaded struct {
	build.Input // Config, Content, Theme and Words
	findings    []diag.Finding
}

// sources are the files of a site as a preview follows them: what a change does not touch is not
// read again.
type sources struct {
	PreviewOptions

	config, content, theme *loaded // each with its own findings; nil: to be read

	memory *content.Memory // what the texts came to

	posted   *published.Posted
	postedOf *content.Content // what posted is about; nil: to be asked for

	history   *git.History // nil: not asked for yet
	commit    string       // that the history was read at
	published map[string]time.Time
	seen      map[string]time.Time // updates without a date that are not committed: when the preview first saw them
}

func newSources(options PreviewOptions) *sources {
	return &sources{PreviewOptions: options, memory: &content.Memory{}, published: map[string]time.Time{}, seen: map[string]time.Time{}}
}

// ignored reports whether a path of a site is not one of its sources.
func ignored(path string) bool {
	top, _, _ := strings.Cut(path, "/")
	base := path[strings.LastIndexByte(path, '/')+1:]
	return top != "config.toml" && top != "content" && top != "themes" || strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~")
}

// reload reads what a batch may have changed. An error means that no build is possible; it comes
// with what was found until then.
func (s *sources) reload(ctx context.Context, changed Batch) (*loaded, error) {
	root, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var texts []string
	for _, path := range changed.Paths {
		switch top, _, _ := strings.Cut(path, "/"); top {
		case "config.toml":
			s.config = nil
		case "content":
			texts = append(texts, path)
		case "themes":
			s.theme = nil
		}
	}
	if changed.All {
		s.config = nil
	}
	fsys := sitefs.New(root, s.Folder, "content", nil)
	if s.config == nil {
		l := &loaded{}
		if l.Config, l.findings, err = build.LoadConfig(fsys); err != nil {
			return l, s.ConfigError(err, l.findings)
		}
		s.config, s.content, s.theme, s.postedOf = l, nil, nil, nil // all depend on it
	}
	if s.content == nil || len(texts) > 0 {
		if s.content == nil {
			texts = nil // anything may have changed
		}
		if s.content, err = s.texts(ctx, fsys, texts); err != nil {
			s.content = nil
			return nil, err
		}
	}
	if s.theme == nil {
		s.theme = &loaded{}
		s.theme.Theme, s.theme.Words, s.theme.findings = build.LoadTheme(fsys, s.config.Config)
	}
	if err := s.post(ctx); err != nil {
		return nil, err
	}
	all := &loaded{Input: build.Input{Theme: s.theme.Theme,
		Input: site.Input{Config: s.config.Config, Content: s.content.Content, Words: s.theme.Words, Posted: s.posted}}}
	for _, part := range []*loaded{s.config, s.content, s.theme} {
		all.findings = append(all.findings, part.findings...)
	}
	return all, nil
}

// texts reads what changed below content/, or all of it if changed is nil.
func (s *sources) texts(ctx context.Context, fsys fs.FS, changed []string) (*loaded, error) {
	l := &loaded{}
	var failure error
	l.Content, l.findings = content.Load(fsys, content.Options{Config: s.config.Config, Memory: s.memory, Changed: changed, Dates: func(undated map[string]fileset.Hash) content.Dates {
		dates, err := s.dates(ctx, undated)
		failure = err
		return dates
	}})
	return l, failure
}

// dates returns the dates of updates that state none: git is asked once, and again when another
// commit is checked out. An update that is not committed has the date on which it was first seen.
func (s *sources) dates(ctx context.Context, undated map[string]fileset.Hash) (content.Dates, error) {
	if err := s.readHistory(ctx); err != nil {
		return content.Dates{Why: func(string) string { return "git failed" }}, err
	}
	unknown := map[string]fileset.Hash{}
	for path, sum := range undated {
		if _, ok := s.published[path]; !ok {
			unknown[path] = sum
		}
	}
	if len(unknown) > 0 {
		published, err := s.history.First(ctx, unknown, content.Undated)
		if err != nil {
			return content.Dates{Why: s.history.Why}, err
		}
		for path, t := range published {
			s.published[path] = t
		}
	}
	now := s.Now().Truncate(time.Second)
	dates := content.Dates{Known: map[string]time.Time{}, Now: now, New: s.history.New, Why: s.history.Why}
	for path := range undated {
		if t, ok := s.published[path]; ok {
			dates.Known[path] = t
		} else if t, ok := s.history.FirstSeen(path); ok { // a draft
			dates.Known[path] = t
		} else if s.history.New(path) {
			if _, ok := s.seen[path]; !ok {
				s.seen[path] = now
			}
			dates.Known[path] = s.seen[path]
		}
	}
	return dates, nil
}

func (s *sources) readHistory(ctx context.Context) (err error) {
	if s.history == nil {
		_, s.commit = git.Head(ctx, s.Folder)
		s.history, err = cache.History(ctx, s.Folder)
	}
	return err
}

// post sets when updates were posted, by the publish record that this clone has and by git. It asks
// only about what changed, and keeps what it knew unless that is something else, because most of a
// build depends on it.
func (s *sources) post(ctx context.Context) error {
	present := s.content.Content
	if s.postedOf == present {
		return nil
	}
	if err := s.readHistory(ctx); err != nil {
		return err
	}
	changed := present
	if s.postedOf != nil {
		changed = changedSince(s.postedOf, present)
	}
	evidence, err := recordsource.FromGit(ctx, s.history, s.config.Config, changed)
	if err != nil {
		return err
	}
	var posted *published.Posted
	rules := s.config.Config.Rules
	if s.postedOf == nil {
		record := recordsource.Known(ctx, s.config.Config.Publish.To, s.Folder).Record(ctx, s.Folder)
		posted = recordsource.PostedByGit(rules, record, changed, evidence)
	} else {
		posted = recordsource.PostedAnew(s.posted, rules, changed, evidence)
	}
	if s.posted == nil || !s.posted.Equal(posted) {
		s.posted = posted
	}
	s.postedOf = present
	return nil
}

// changedSince returns the incidents and maintenance that were loaded anew, and all announcements.
func changedSince(former, present *content.Content) *content.Content {
	known := make(map[*incident.Update]bool, len(former.Incidents)+len(former.Maintenance))
	for _, i := range former.Incidents {
		known[&i.Updates[0]] = true
	}
	for _, m := range former.Maintenance {
		known[&m.Updates[0]] = true
	}
	changed := &content.Content{Announcements: present.Announcements, Sums: present.Sums}
	for _, i := range present.Incidents {
		if !known[&i.Updates[0]] {
			changed.Incidents = append(changed.Incidents, i)
		}
	}
	for _, m := range present.Maintenance {
		if !known[&m.Updates[0]] {
			changed.Maintenance = append(changed.Maintenance, m)
		}
	}
	return changed
}

// committed reports whether another commit is checked out. If so, it reads the history again, and
// the next reload takes dates and when updates were posted from it.
func (s *sources) committed(ctx context.Context) bool {
	if s.history == nil { // a reload reads it first
		return false
	}
	_, commit := git.Head(ctx, s.Folder)
	if commit == s.commit {
		return false
	}
	history, err := cache.History(ctx, s.Folder)
	if err != nil {
		return false // git is in the middle of something: when that ends, the next batch says so
	}
	s.history, s.commit, s.published = history, commit, map[string]time.Time{}
	s.content, s.postedOf = nil, nil
	return true
}
