package serve

import (
	"embed"
	"fmt"
	"html"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"settler.io/crier/internal/fileset"
)

// Prefix is the URL path below which the preview's own files are.
const Prefix = "/__crier/"

//go:embed preview.js preview.css bar.css
var own embed.FS // the preview's own files

// types maps file extensions to content types.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json; charset=utf-8", ".svg": "image/svg+xml", ".md": "text/markdown; charset=utf-8",
	".xml": "application/xml; charset=utf-8", ".rss": "application/rss+xml; charset=utf-8", ".atom": "application/atom+xml; charset=utf-8",
	".ics": "text/calendar; charset=utf-8", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".woff": "font/woff", ".woff2": "font/woff2",
}

func contentType(file string) string {
	if path.Base(file) == "feed.json" {
		return "application/feed+json; charset=utf-8"
	}
	if t, ok := types[path.Ext(file)]; ok {
		return t
	}
	return "text/plain; charset=utf-8"
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host = strings.Trim(host, "[]"); !s.allowed(host) {
		// A malicious site may resolve its name to this machine to read unpublished text (DNS
		// rebinding).
		http.Error(w, fmt.Sprintf("the preview does not serve the host %q", host), http.StatusForbidden)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "the preview is read-only", http.StatusMethodNotAllowed)
		return
	}
	name, ours := strings.CutPrefix(r.URL.Path, Prefix)
	switch {
	case !ours:
		s.file(w, r)
	case name == "events":
		s.events(w, r)
	default:
		content, err := own.ReadFile(name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		header.Set("Content-Type", contentType(name))
		w.Write(content)
	}
}

func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	now := s.now()
	address := strings.TrimPrefix(r.URL.Path, "/")
	if now.Build == nil {
		s.send(w, http.StatusServiceUnavailable, address, page{path: "waiting.html", content: waiting})
		return
	}
	view := s.view(r)
	clean := path.Clean("/" + address)
	if strings.HasSuffix(address, "/") && clean != "/" {
		clean += "/"
	}
	if "/"+address != clean {
		redirect(w, r, clean)
		return
	}
	made := now.page(view, address)
	if !made.found && address != "" && !strings.HasSuffix(address, "/") {
		if _, folder := now.Build(view).Files.Lookup(address + "/index.html"); folder {
			redirect(w, r, clean+"/")
			return
		}
	}
	switch {
	case made.problem != nil:
		s.send(w, http.StatusInternalServerError, address, page{path: "waiting.html", content: waiting})
	case made.found:
		s.send(w, http.StatusOK, address, made)
	default:
		s.send(w, http.StatusNotFound, address, made)
	}
}

// redirect redirects to another path of this server, which begins with a single slash.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	target := *r.URL
	target.Scheme, target.Host, target.Path, target.RawPath = "", "", to, ""
	w.Header().Set("Location", target.String())
	w.WriteHeader(http.StatusFound)
}

// waiting is the page shown while there is nothing else to show.
//
//go:embed waiting.html
var waiting []byte

// send sends a file. If it is a page, it includes what the preview adds.
func (s *Server) send(w http.ResponseWriter, status int, address string, p page) {
	content := p.content
	if path.Ext(p.path) == ".html" {
		hash := ""
		if p.hash != (fileset.Hash{}) {
			hash = p.hash.String()
		}
		content = inject(content, fmt.Sprintf(`<link rel="stylesheet" href="%spreview.css"><script src="%spreview.js" defer data-page="%s" data-hash="%s" data-run="%s"></script>`,
			Prefix, Prefix, html.EscapeString(address), hash, s.run))
	}
	w.Header().Set("Content-Type", contentType(p.path))
	w.WriteHeader(status)
	w.Write(content)
}

// cookie is the name of the cookie that holds the view: the run, the instant ("now", RFC 3339, or
// empty) and "1" if what is not public is shown, joined by "~".
const cookie = "crier-preview"

// view reads the view from the cookie. Values that are not valid are ignored.
func (s *Server) view(r *http.Request) View {
	var view View
	said, err := r.Cookie(cookie)
	if err != nil {
		return view
	}
	run, rest, _ := strings.Cut(said.Value, "~")
	at, hidden, _ := strings.Cut(rest, "~")
	if run != s.run {
		return view
	}
	view.Hidden = hidden == "1"
	if at == "now" {
		view.Present = true
	} else if t, err := time.Parse(time.RFC3339, at); err == nil {
		view.At = t.UTC()
	}
	return view
}
