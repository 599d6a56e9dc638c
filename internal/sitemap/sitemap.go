// Package sitemap writes what search engines read: sitemap.xml and robots.txt. It takes the plan of package site and gives
// bytes.
package sitemap

import (
	"bytes"
	"encoding/xml"
	"io"

	"settler.io/crier/internal/site"
)

// Write writes sitemap.xml (www.sitemaps.org/protocol.html), which may hold 50,000 addresses; the last ones by address are
// left out beyond that.
func Write(w io.Writer, s *site.Site) error {
	const limit = 50000
	var b bytes.Buffer
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	entries := s.Sitemap()
	for _, entry := range entries[:min(limit, len(entries))] {
		b.WriteString("<url><loc>")
		xml.EscapeText(&b, []byte(entry.URL))
		b.WriteString("</loc></url>\n")
	}
	b.WriteString("</urlset>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// Robots writes robots.txt (RFC 9309), which lets everyone in and names the map.
func Robots(w io.Writer, s *site.Site) error {
	_, err := io.WriteString(w, "User-agent: *\nAllow: /\nSitemap: "+s.Meta.BaseURL+"sitemap.xml\n")
	return err
}
