package search

import (
	"bytes"
	"encoding/xml"
	"io"
)

// WriteSitemap writes sitemap.xml (www.sitemaps.org/protocol.html) from sorted URLs. The format
// allows 50,000 URLs; any beyond that are left out.
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

// WriteRobots writes robots.txt (RFC 9309) for the site at the URL base. It allows everything and
// names the sitemap.
func WriteRobots(w io.Writer, base string) error {
	_, err := io.WriteString(w, "User-agent: *\nAllow: /\nSitemap: "+base+"sitemap.xml\n")
	return err
}
