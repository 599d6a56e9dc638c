package search

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"testing"
)

func TestSitemap(t *testing.T) {
	for _, n := range []int{0, 2, 50001} {
		var urls []string
		for i := range n {
			urls = append(urls, fmt.Sprintf("https://status.example.com/%d?a&b", i))
		}
		var b bytes.Buffer
		if err := WriteSitemap(&b, urls); err != nil {
			t.Fatal(err)
		}
		var read struct {
			XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
			URLs    []string `xml:"url>loc"`
		}
		if err := xml.Unmarshal(b.Bytes(), &read); err != nil {
			t.Fatal(err)
		}
		if len(read.URLs) != min(n, 50000) || n > 0 && read.URLs[1] != "https://status.example.com/1?a&b" {
			t.Errorf("%d addresses of %d", len(read.URLs), n)
		}
	}
}

func TestRobots(t *testing.T) {
	var b bytes.Buffer
	if err := WriteRobots(&b, "https://status.example.com/x/"); err != nil {
		t.Fatal(err)
	}
	if want := "User-agent: *\nAllow: /\nSitemap: https://status.example.com/x/sitemap.xml\n"; b.String() != want {
		t.Error(b.String())
	}
}
