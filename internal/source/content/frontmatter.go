package content

import (
	"bytes"

	"settler.io/crier/internal/source/frontmatter"
)

// front is the front matter of a file. If it could not be found, problem says why.
type front struct {
	text    []byte
	toml    bool
	problem string
}

// read parses front matter and repairs it if necessary.
func (f front) read(yaml *frontmatter.Reader) (*frontmatter.Node, []frontmatter.Repair, error) {
	if f.toml {
		return frontmatter.LenientTOML(f.text, 2)
	}
	return yaml.Lenient(f.text, 2)
}

// body is the text after the front matter, and the line on which it starts.
type body struct {
	text string
	line int
}

// split separates the front matter of a file (YAML between lines of ---, or TOML between lines of
// +++) from its body.
func split(raw []byte) (front, body, bool) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	}
	first, rest, _ := bytes.Cut(raw, []byte("\n"))
	mark := string(bytes.TrimRight(first, " \t"))
	if mark != "---" && mark != "+++" {
		return front{problem: "no front matter"}, body{}, false
	}
	line, at := 2, 0
	for at <= len(rest) {
		end := bytes.IndexByte(rest[at:], '\n')
		next := at + end + 1
		if end < 0 {
			end, next = len(rest)-at, len(rest)+1
		}
		if string(bytes.TrimRight(rest[at:at+end], " \t")) == mark {
			text := ""
			if next <= len(rest) {
				text = string(rest[next:])
			}
			return front{text: rest[:at], toml: mark == "+++"}, body{text, line + 1}, true
		}
		at, line = next, line+1
	}
	return front{problem: "the front matter has no end"}, body{}, false
}
