// Package newsite makes the files of a new site: config.toml, samples, templates of updates,
// workflows and issue forms. It reads no clock and no files.
package newsite

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/issueform"
)

// Options configure the files of a new site.
type Options struct {
	Title      string
	URL        string      // where the site will live
	Components []Component // at least one
	Action     string      // action that the workflows use, as owner/repo@commit, maybe with a comment
	Folder     string      // of the site in its repository, slash-separated; "" or ".": the root
	Now        time.Time   // date of the samples
}

// Example has what a new site has unless people say otherwise.
var Example = Options{Title: "Example Status", URL: "https://status.example.com/", Components: []Component{{ID: "api", Name: "API"}}}

// Component is a part of the platform.
type Component struct{ ID, Name string }

// Host returns the host of the URL that GitHub Pages has to be told; "" if the URL is on github.io,
// below a path, or an example.
func (o Options) Host() string {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host != u.Hostname() || strings.Trim(u.Path, "/") != "" || !strings.Contains(u.Host, ".") ||
		strings.HasSuffix(u.Host, ".github.io") || strings.HasSuffix(u.Host, "example.com") {
		return ""
	}
	return u.Host
}

// Below converts a path in the site to a path in the repository.
func (o Options) Below(name string) string { return path.Join(o.Folder, name) }

// announced is how long the sample announcement is shown.
const announced = 30 * 24 * time.Hour

//go:embed site github
var newSiteFiles embed.FS

// IssueFiles returns the issue forms, and the workflow that publishes what people write in issues.
// c is the configuration of the site.
func IssueFiles(o Options, c *config.Config) []compose.NewFile {
	o.Folder = path.Clean(o.Folder)
	return []compose.NewFile{
		{Path: issueform.IncidentPath, Bytes: []byte(issueform.IncidentForm(c)), Mark: issueform.Mark},
		{Path: issueform.MaintenancePath, Bytes: []byte(issueform.MaintenanceForm(c)), Mark: issueform.Mark},
		{Path: ".github/workflows/issue.yml", Bytes: fill("github/issue.yml", o)},
	}
}

// fill executes an embedded template.
func fill(name string, data any) []byte {
	raw, err := newSiteFiles.ReadFile(name)
	var out bytes.Buffer
	if err == nil {
		functions := template.FuncMap{"quote": compose.Quoted, "item": compose.Item}
		err = template.Must(template.New(name).Delims("<%", "%>").Funcs(functions).Parse(string(raw))).Execute(&out, data)
	}
	if err != nil {
		panic(err) // a bug: the files are embedded
	}
	return out.Bytes()
}

// Files returns the files of a new site.
func Files(o Options) []compose.NewFile {
	o.Folder = path.Clean(o.Folder)
	day := o.Now.UTC().Format(time.DateOnly)
	samples := map[string]string{
		"content/announcements/announcement.md": "content/announcements/" + day + "-where-to-look.md",
		"content/incidents/draft.md":            "content/incidents/" + day[:4] + "/" + day + "-example/01-investigating.md",
	}
	data := struct {
		Options
		Now, Until, Day    string
		FirstID, FirstName string
	}{o, compose.Instant(o.Now), compose.Instant(o.Now.Add(announced)), day, o.Components[0].ID, plainName(o.Components[0])}
	var files []compose.NewFile
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
		files = append(files, compose.NewFile{Path: to, Bytes: fill(name, data), Executable: strings.HasPrefix(to, ".githooks/"), Sample: sample})
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

// Config returns the configuration of the new site, and its mistakes.
func (o Options) Config() (*config.Config, []diag.Finding) {
	files := Files(o)
	n := slices.IndexFunc(files, func(f compose.NewFile) bool { return f.Path == "config.toml" })
	c, findings, _ := config.Parse(files[n].Path, files[n].Bytes)
	return c, findings
}

// checked returns an error if the new site would have a mistake.
func (o Options) checked() (Options, error) {
	if _, findings := o.Config(); len(findings) > 0 {
		return o, diag.Usage(errors.New(findings[0].Message), findings[0].Hint)
	}
	return o, nil
}

// WithTitle returns options with the title that a person typed.
func (o Options) WithTitle(title string) (Options, error) {
	o.Title = title
	return o.checked()
}

// WithURL returns options with the URL that a person typed, maybe without "https://".
func (o Options) WithURL(url string) (Options, error) {
	o.URL = url
	if !strings.Contains(url, "://") {
		o.URL = "https://" + url
	}
	return o.checked()
}

// WithComponents returns options with the components that a person typed, each as a name or as
// id=Name.
func (o Options) WithComponents(texts []string) (Options, error) {
	o.Components = nil
	for _, text := range texts {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		component, err := parseComponent(text)
		if err != nil {
			return o, diag.Usage(err, fmt.Sprintf("write the id too, such as api=%q", text))
		}
		o.Components = append(o.Components, component)
	}
	if len(o.Components) == 0 {
		return o, diag.Usage(errors.New("a page needs a component"), "write its name, such as "+Example.Components[0].Name)
	}
	return o.checked()
}

// parseComponent parses `id=Name`, or a name alone, from which it derives the id.
func parseComponent(text string) (Component, error) {
	id, name, ok := strings.Cut(text, "=")
	id, name = strings.TrimSpace(id), strings.TrimSpace(name)
	if !ok {
		name = id
		id = compose.Slug(name)
	}
	if id == "" {
		return Component{}, fmt.Errorf("%q cannot be turned into an id of lower-case letters and digits", text)
	}
	name = cmp.Or(name, id)
	return Component{ID: id, Name: name}, nil
}
