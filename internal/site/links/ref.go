// Package links locates the texts of the content in the outputs of a site, and resolves the links
// between them. It takes the paths of the outputs and what is public, and reads no files.
package links

import (
	"path"
	"strings"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/content"
)

// Ref is a location in the site: the path of its file, and perhaps "#" and an anchor; or an
// absolute URL. Templates turn it into a URL by {{$.Href .Ref}}, relative to their page. It means
// the location in the language of that page. A Ref that starts with a slash is counted from the
// root of the site.
type Ref string

// External reports whether the reference is an absolute URL.
func (r Ref) External() bool {
	return strings.HasPrefix(string(r), "https://") || strings.HasPrefix(string(r), "http://")
}

// File is the path of the file, without an anchor.
func (r Ref) File() string {
	file, _, _ := strings.Cut(string(r), "#")
	return file
}

func (r Ref) Anchor(id string) Ref { return Ref(r.File() + "#" + id) }

// Relative returns a reference as a URL relative to the page with the path.
func Relative(from string, to Ref) string {
	if to.External() {
		return string(to)
	}
	file := to.File()
	anchor := string(to)[len(file):]
	if file == from && anchor != "" {
		return anchor
	}
	shared := 0 // the folders that both are in
	for i := 0; i < min(len(from), len(file)) && from[i] == file[i]; i++ {
		if from[i] == '/' {
			shared = i + 1
		}
	}
	return strings.Repeat("../", strings.Count(from[shared:], "/")) + file[shared:] + anchor
}

// Section returns the folder of the page of an incident or maintenance.
func Section(h *incident.History) string {
	if h.Planned {
		return "maintenance/"
	}
	return "incidents/"
}

// Of returns the page of an incident or maintenance.
func Of(h *incident.History) Ref { return Ref(Section(h) + h.ID + "/index.html") }

func OfPage(page *content.Page) Ref { return Ref(page.ID + "/index.html") }

// OfAnnouncement returns the location of an announcement on the overview.
func OfAnnouncement(a *incident.Announcement) Ref {
	return Ref("index.html").Anchor("announcement-" + a.ID)
}

// OfFile returns the page of the update in a file of the site, and the anchor of the update.
func OfFile(name string) (page, anchor string) {
	section, _, _ := strings.Cut(strings.TrimPrefix(name, "content/"), "/")
	return section + "/" + path.Base(path.Dir(name)) + "/", strings.TrimSuffix(path.Base(name), ".md")
}
