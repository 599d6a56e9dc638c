// Package scaffold makes the files of a new site. It takes what the site is called and what can fail, and gives files by their
// paths; it reads no clock and no disk, and writes nothing.
package compose

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"text/template"
	"time"
)

// Options says what is in the files.
type SiteOptions struct {
	Title      string
	URL        string      // where the site will live
	Components []Component // at least one
	Action     string      // what the workflows use, such as "settler/crier@main"
	Folder     string      // of the site in its repository, slash-separated; "" and ".": the top
	Now        time.Time   // of the samples
}

// Component is a part of the platform.
type Component struct{ ID, Name string }

// File is a file of the new site.
type NewFile struct {
	Path       string // slash-separated
	Bytes      []byte
	Executable bool
	Sample     bool // shows what a site holds; of no use to one that has content
}

// Below gives the path in the repository of what has that path in the site.
func (o SiteOptions) Below(name string) string { return path.Join(o.Folder, name) }

// announced is how long the sample announcement is shown.
const announced = 30 * 24 * time.Hour

//go:embed site
var newSiteFiles embed.FS

// Files gives the files of a new site, by path.
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
	}{o, stamp(o.Now), stamp(o.Now.Add(announced)), day, o.Components[0].ID, plainName(o.Components[0])}
	var files []NewFile
	err := fs.WalkDir(newSiteFiles, "site", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := newSiteFiles.ReadFile(name)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		text := template.Must(template.New(name).Delims("<%", "%>").Funcs(template.FuncMap{"quote": quote}).Parse(string(raw)))
		if err := text.Execute(&out, data); err != nil {
			return err
		}
		to := strings.TrimPrefix(name, "site/")
		dated, sample := samples[to]
		if sample {
			to = dated
		} else if rest, ok := strings.CutPrefix(to, "dot-"); ok { // embedding leaves out what begins with a dot
			to = "." + rest
		}
		files = append(files, NewFile{Path: to, Bytes: out.Bytes(), Executable: strings.HasPrefix(to, ".githooks/"), Sample: sample})
		return nil
	})
	if err != nil {
		panic(err) // the files are part of the program
	}
	return files
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// quote writes a text as TOML and YAML both read it.
func quote(text string) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(text)
	return strings.TrimSpace(out.String()), err
}

var (
	notInID = regexp.MustCompile(`[^a-z0-9]+`)
	plain   = regexp.MustCompile(`^[\pL\pN][\pL\pN .-]*$`)
)

// plainName is a component's name, or its id where the name would need quotes within a line of YAML.
func plainName(c Component) string {
	if plain.MatchString(c.Name) {
		return c.Name
	}
	return c.ID
}

// ParseComponent reads a component as people write it: `api=API`, or a name alone, which the id follows from.
func ParseComponent(text string) (Component, error) {
	id, name, ok := strings.Cut(text, "=")
	id, name = strings.TrimSpace(id), strings.TrimSpace(name)
	if !ok {
		name = id
		id = strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "-"), "-")
	}
	if id == "" {
		return Component{}, fmt.Errorf("%q gives no id of lower-case letters and digits", text)
	}
	if name == "" {
		name = id
	}
	return Component{ID: id, Name: name}, nil
}
