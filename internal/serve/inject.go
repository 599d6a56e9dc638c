package serve

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

var (
	headTag = regexp.MustCompile(`(?i)<head(\s[^>]*)?>`)
	policy  = regexp.MustCompile(`(?i)(<meta\s+http-equiv="?Content-Security-Policy"?\s+content=")([^"]*)(")`)
)

// inject puts tags at the start of a page's head, so that the preview's script sees the page before
// any other script does. It also extends the page's Content-Security-Policy to allow them.
func inject(page []byte, tags string) []byte {
	text := policy.ReplaceAllStringFunc(string(page), func(meta string) string {
		m := policy.FindStringSubmatch(meta)
		return m[1] + html.EscapeString(allow(html.UnescapeString(m[2]))) + m[3]
	})
	if at := headTag.FindStringIndex(text); at != nil {
		return []byte(text[:at[1]] + tags + text[at[1]:])
	}
	return []byte(text + tags)
}

// allow extends a Content-Security-Policy to allow scripts, styles and connections from the page's
// own host, and nothing else.
func allow(policy string) string {
	var directives []string
	at := map[string]int{}
	for directive := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(directive)
		if len(words) == 0 {
			continue
		}
		name := strings.ToLower(words[0])
		if _, twice := at[name]; !twice {
			at[name] = len(directives)
		}
		directives = append(directives, strings.Join(words, " "))
	}
	for _, name := range []string{"script-src", "style-src", "connect-src"} {
		i, stated := at[name]
		if !stated {
			fallback, ok := at["default-src"]
			if !ok {
				continue
			}
			_, sources, _ := strings.Cut(directives[fallback], " ")
			i = len(directives)
			directives = append(directives, name+" "+sources)
		}
		words := strings.Fields(directives[i])
		words = slices.DeleteFunc(words, func(w string) bool { return w == "'none'" })
		if !slices.Contains(words, "'self'") {
			words = append(words, "'self'")
		}
		directives[i] = strings.Join(words, " ")
	}
	return strings.Join(directives, "; ")
}
