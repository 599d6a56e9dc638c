package importer

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

var (
	markup = regexp.MustCompile(`(?i)</?(p|br|strong|b|em|i|a|ul|ol|li|h[1-6]|code|div|span)\b[^<>]*>`)
	gaps   = regexp.MustCompile(`\n\s*\n\s*`)
	// marks are the Markdown of tags: at the start and at the end of an element.
	marks = map[string][2]string{"p": {"\n\n", "\n\n"}, "div": {"\n\n", "\n\n"}, "br": {"\n", ""}, "strong": {"**", "**"}, "b": {"**", "**"}, "em": {"*", "*"}, "i": {"*", "*"},
		"code": {"`", "`"}, "ul": {"\n\n", "\n\n"}, "ol": {"\n\n", "\n\n"}, "li": {"\n- ", ""}, "span": {}, "h1": {"\n\n## ", "\n\n"}, "h2": {"\n\n## ", "\n\n"},
		"h3": {"\n\n### ", "\n\n"}, "h4": {"\n\n#### ", "\n\n"}, "h5": {"\n\n##### ", "\n\n"}, "h6": {"\n\n###### ", "\n\n"}}
)

// Markdown returns a text whose simple HTML is replaced by Markdown. Other HTML stays, and so does
// a text without any.
func Markdown(text string) string {
	if !markup.MatchString(text) {
		return text
	}
	var b strings.Builder
	var links []string // URLs of the open links
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		raw := string(z.Raw()) // the text as it was: Markdown has the same entities
		token := z.Token()
		mark, known := marks[token.Data]
		switch {
		case kind == html.ErrorToken:
			return strings.TrimSpace(gaps.ReplaceAllString(b.String(), "\n\n"))
		case kind == html.StartTagToken && token.Data == "a":
			to := ""
			for _, a := range token.Attr {
				if a.Key == "href" {
					to = a.Val
				}
			}
			links = append(links, to)
			b.WriteString("[")
		case kind == html.EndTagToken && token.Data == "a" && len(links) > 0:
			b.WriteString("](<" + strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "").Replace(links[len(links)-1]) + ">)")
			links = links[:len(links)-1]
		case known && kind == html.EndTagToken:
			b.WriteString(mark[1])
		case known && kind != html.TextToken:
			b.WriteString(mark[0])
		default:
			b.WriteString(raw)
		}
	}
}
