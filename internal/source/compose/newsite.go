package compose

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"
	"text/template"
	"time"
)

// SiteOptions configures the files of a new site.
type SiteOptions struct {
	Title      string
	URL        string      // where the site will live
	Components []Component // at least one
	Action     string      // action that the workflows use, as owner/repo@commit, maybe with a comment
	Folder     string      // of the site in its repository, slash-separated; "" or ".": the root
	Now        time.Time   // date of the samples
}

// Component is a part of the platform.
type Component struct{ ID, Name string }

// NewFile is a file of a new site.
type NewFile struct {
	Path       string // slash-separated
	Bytes      []byte
	Executable bool
	Sample     bool // an example, not needed if the site already has content
	// Mark is how the file begins if Crier wrote it earlier; then it is replaced. "": never.
	Mark string
}

// Host returns the host of the URL that GitHub Pages has to be told; "" if the URL is on github.io,
// below a path, or an example.
func (o SiteOptions) Host() string {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host != u.Hostname() || strings.Trim(u.Path, "/") != "" || !strings.Contains(u.Host, ".") ||
		strings.HasSuffix(u.Host, ".github.io") || strings.HasSuffix(u.Host, "example.com") {
		return ""
	}
	return u.Host
}

// Below converts a path in the site to a path in the repository.
func (o SiteOptions) Below(name string) string { return path.Join(o.Folder, name) }

// announced is how long the sample announcement is shown.
const announced = 30 * 24 * time.Hour

//go:embed site github
var newSiteFiles embed.FS

// IssueWorkflow returns the workflow that publishes what people write in issues.
func IssueWorkflow(o SiteOptions) NewFile {
	o.Folder = path.Clean(o.Folder)
	return NewFile{Path: ".github/workflows/issue.yml", Bytes: fill("github/issue.yml", o)}
}

// fill executes an embedded template.
func fill(name string, data any) []byte {
	raw, err := newSiteFiles.ReadFile(name)
	var out bytes.Buffer
	if err == nil {
		err = template.Must(template.New(name).Delims("<%", "%>").Funcs(template.FuncMap{"quote": Quoted, "item": item}).Parse(string(raw))).Execute(&out, data)
	}
	if err != nil {
		panic(err) // a bug: the files are embedded
	}
	return out.Bytes()
}

// NewSite returns the files of a new site.
func NewSite(o SiteOptions) []NewFile {
	o.Folder = path.Clean(o.Folder)
	day := o.Now.UTC().Format(time.DateOnly)
	samples := map[string]string{
		"content/announcements/announcement.md": "content/announcements/" + day + "-where-to-look.md",
		"content/incidents/draft.md":            "content/incidents/" + day[:4] + "/" + day + "-example/01-investigating.md",
	}
	data := struct {
		SiteOptions
		Now, Until, Day    string
		FirstID, FirstName string
	}{o, Instant(o.Now), Instant(o.Now.Add(announced)), day, o.Components[0].ID, plainName(o.Components[0])}
	var files []NewFile
	err := fs.WalkDir(newSiteFiles, "site", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		to := strings.TrimPrefix(name, "site/")
		dated, sample := samples[to]
		if sample {
			to = dated
		} else if rest, ok := strings.CutPrefix(to, "dot-"); ok {
			// go:embed skips names that start with a dot.
			to = "." + rest
		}
		files = append(files, NewFile{Path: to, Bytes: fill(name, data), Executable: strings.HasPrefix(to, ".githooks/"), Sample: sample})
		return nil
	})
	if err != nil {
		panic(err) // a bug: the files are embedded
	}
	return files
}

var plain = regexp.MustCompile(`^[\pL\pN][\pL\pN .-]*$`)

// plainName returns the name of a component, or its id if the name would need quotes in YAML.
func plainName(c Component) string {
	if plain.MatchString(c.Name) {
		return c.Name
	}
	return c.ID
}

// ParseComponent parses `id=Name`, or a name alone, from which it derives the id.
func ParseComponent(text string) (Component, error) {
	id, name, ok := strings.Cut(text, "=")
	id, name = strings.TrimSpace(id), strings.TrimSpace(name)
	if !ok {
		name = id
		id = Slug(name)
	}
	if id == "" {
		return Component{}, fmt.Errorf("%q cannot be turned into an id of lower-case letters and digits", text)
	}
	name = cmp.Or(name, id)
	return Component{ID: id, Name: name}, nil
}
