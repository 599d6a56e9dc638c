// Package sitemap writes what search engines read: sitemap.xml and robots.txt. It takes absolute
// URLs and returns bytes.
package search

import (
	"bytes"
	"encoding/xml"
	"io"
)

// Write writes sitemap.xml, of URLs that are sorted (www.sitemaps.org/protocol.html), which may hold 50,000 addresses; the last ones by address are
// left out beyond that.
func WriteSitemap(w io.Writer, urls []string) error {
	const limit = 50000
	var b bytes.Buffer
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for _, url := range urls[:min(limit, len(urls))] {
		b.WriteString("<url><loc>")
		xml.EscapeText(&b, []byte(url))
		b.WriteString("</loc></url>\n")
	}
	b.WriteString("</urlset>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// Robots writes robots.txt (RFC 9309) of the site below base, which lets everyone in and names the map.
func WriteRobots(w io.Writer, base string) error {
	_, err := io.WriteString(w, "User-agent: *\nAllow: /\nSitemap: "+base+"sitemap.xml\n")
	return err
}
