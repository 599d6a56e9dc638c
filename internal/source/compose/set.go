package compose

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"settler.io/crier/internal/source/frontmatter"
)

// Set sets one key in the front matter of a file and returns the new text. The value must be valid
// in the file's front matter format. All other bytes are unchanged. A new key is added last. Set
// returns an error if the front matter cannot be parsed or if the key has no line of its own.
func Set(source, key, value string) (string, error) {
	newline := "\n"
	if strings.Contains(source, "\r\n") {
		newline = "\r\n"
	}
	lines, mark, end := Split(source)
	read, line := frontmatter.YAML, key+": "+value+newline
	switch {
	case strings.ContainsAny(strings.ReplaceAll(strings.Join(lines[:end+1], ""), "\r\n", "\n"), "\r\u0085\u2028\u2029"):
		return "", errors.New("the front matter has unsupported line breaks")
	case end == 0:
		return "", errors.New("no front matter")
	case mark == "+++":
		read, line = frontmatter.TOML, key+" = "+value+newline
	}
	front := func(lines []string) []byte { return []byte(strings.ReplaceAll(strings.Join(lines, ""), "\r\n", "\n")) }
	root, err := read(front(lines[1:end]), 2)
	if err != nil {
		return "", fmt.Errorf("the front matter cannot be read: %w", err)
	}
	from, to := end, end // where a new key goes; in TOML, before the first table
	for i, e := range root.Entries {
		if frontmatter.Fold(e.Key) == key {
			from, to = e.Line-1, e.Line
			if i+1 < len(root.Entries) && root.Entries[i+1].Line <= e.Line {
				to = 0
			}
		}
	}
	if from == end && mark == "+++" {
		for i := end - 1; i > 0; i-- {
			if strings.HasPrefix(strings.TrimSpace(lines[i]), "[") {
				from, to = i, i
			}
		}
	}
	if to < from || from < 1 {
		return "", fmt.Errorf("%s shares its line with other keys", key)
	}
	set := append(append(append([]string{}, lines[:from]...), line), lines[to:]...)
	// Parse the result to check that the key has its new value and the other keys are still there.
	added := len(set) - len(lines)
	again, err := read(front(set[1:end+added]), 2)
	if err != nil || len(again.Entries) != len(root.Entries)+added || !holds(again, key, read, line) {
		return "", fmt.Errorf("%s cannot be set in this front matter", key)
	}
	return strings.Join(set, ""), nil
}

// holds reports whether the key has the same value in root as in line.
func holds(root *frontmatter.Node, key string, read func([]byte, int) (*frontmatter.Node, error), line string) bool {
	alone, err := read([]byte(strings.TrimRight(line, "\r\n")+"\n"), 1)
	if err != nil || len(alone.Entries) != 1 {
		return false
	}
	for _, e := range root.Entries {
		if frontmatter.Fold(e.Key) == key {
			return e.Value.Kind == alone.Entries[0].Value.Kind && e.Value.Text == alone.Entries[0].Value.Text
		}
	}
	return false
}

// Body replaces the body below the front matter of a file and returns the new text.
func Body(source, body string) (string, error) {
	lines, _, end := Split(source)
	if end == 0 {
		return "", errors.New("no front matter")
	}
	head := strings.TrimRight(strings.Join(lines[:end+1], ""), "\r\n")
	text := head + "\n" + strings.TrimRight(strings.Trim(body, "\n"), " \t\n") + "\n"
	if strings.Contains(source, "\r\n") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	}
	return text, nil
}

// Split returns the lines of a file, and the mark and the last line of its front matter; end is 0
// if it has none.
func Split(source string) (lines []string, mark string, end int) {
	lines = strings.SplitAfter(source, "\n")
	mark = strings.TrimRight(strings.TrimPrefix(lines[0], "\ufeff"), " \t\r\n")
	if mark != "---" && mark != "+++" {
		return lines, mark, 0
	}
	return lines, mark, 1 + slices.IndexFunc(lines[1:], func(line string) bool { return strings.TrimRight(line, " \t\r\n") == mark })
}
