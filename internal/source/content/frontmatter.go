package content

import (
	"bytes"
	"cmp"
	"strings"
	"unicode/utf8"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// parsed is a file whose front matter could be parsed.
type parsed struct {
	front   front
	body    body
	root    *frontmatter.Node // a map
	repairs []frontmatter.Repair
}

// parse parses a file, and repairs its front matter if necessary. The position of a problem has no
// path.
func parse(yaml *frontmatter.Reader, raw []byte) (file parsed, problem *diag.Finding) {
	fail := func(kind diag.Kind, line, column int, hint, format string, args ...any) (parsed, *diag.Finding) {
		problem := kind.New(diag.Position{Line: line, Column: column}, hint, format, args...)
		return parsed{}, &problem
	}
	if len(raw) > MaxFileSize {
		return fail(diag.FileTooLarge, 1, 1, "split it, or shorten its text", "larger than %d bytes", MaxFileSize)
	}
	if !utf8.Valid(raw) {
		bad, r, size := 0, ' ', 0
		for ; r != utf8.RuneError || size != 1; bad += size {
			r, size = utf8.DecodeRune(raw[bad:])
		}
		before := string(raw[:bad-size])
		return fail(diag.NotUTF8, 1+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n'), "save it as UTF-8", "not UTF-8 text")
	}
	front, body, ok := split(raw)
	if !ok {
		return fail(diag.NoFrontMatter, 1, 1, "start the file with a line ---, then the keys, then another line ---", "%s", front.problem)
	}
	read := yaml.Lenient
	if front.toml {
		read = frontmatter.LenientTOML
	}
	root, repairs, err := read(front.text, 2)
	if err != nil {
		syntax := err.(*frontmatter.SyntaxError)
		kind, hint := diag.BadSyntax, "put texts with a colon or a quote in quotes"
		if syntax.TooDeep {
			kind, hint = diag.TooDeep, "front matter is a flat list of keys"
		}
		return fail(kind, syntax.Line, syntax.Column, cmp.Or(syntax.Hint, hint), "the front matter cannot be read: %s", syntax.Message)
	}
	if root.Kind != frontmatter.Map {
		return fail(diag.BadSyntax, root.Line, root.Column, "write a key, a colon and a value on each line", "the front matter cannot be read: %s where keys with values belong", root.Describe())
	}
	return parsed{front, body, root, repairs}, nil
}

// front is the front matter of a file. If it could not be found, problem says why.
type front struct {
	text    []byte
	toml    bool
	problem string
}

// body is the text after the front matter, and the line on which it starts.
type body struct {
	text string
	line int
}

// Body returns the text below the front matter of a file, and the line on which it starts.
func Body(file string) (text string, line int) {
	_, body, _ := split([]byte(file))
	return body.text, body.line
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
