package record

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"time"
)

// Salvage reads what can be read of a file with entries that ParseFile refuses, such as one with the marks of a merge conflict or a cut
// end. unread is the number of lines, or of entries, that cannot be read; there may be more where the file was cut.
func Salvage(raw []byte) (entries []Entry, unread int) {
	if len(raw) > MaxFileSize {
		return nil, 1
	}
	for _, piece := range pieces(raw) {
		var l line
		if err := decode("", piece, &l); err != nil {
			unread++
			continue
		}
		e, err := l.entry()
		if err != nil {
			unread++
			continue
		}
		entries = append(entries, e)
	}
	if len(entries) == 0 && unread == 0 && !bytes.Equal(raw, EncodeFile(nil)) {
		unread = 1
	}
	return tidy(entries), unread
}

// pieces splits a file into what should be entries: those of its JSON, or else its lines.
func pieces(raw []byte) [][]byte {
	var whole struct {
		Entries []json.RawMessage `json:"entries"`
	}
	var list [][]byte
	if json.Unmarshal(raw, &whole) == nil {
		for _, entry := range whole.Entries {
			list = append(list, entry)
		}
		return list
	}
	for text := range bytes.Lines(raw) {
		text = bytes.TrimSuffix(bytes.TrimSpace(text), []byte(","))
		if frame := string(text); frame != "" && frame != `{"entries":[` && frame != "]}" {
			list = append(list, text)
		}
	}
	return list
}

// tidy sorts entries, and keeps the first of each update.
func tidy(entries []Entry) []Entry {
	slices.SortStableFunc(entries, compareEntries)
	seen := map[Key]bool{}
	return slices.DeleteFunc(entries, func(e Entry) bool {
		twice := seen[e.Key]
		seen[e.Key] = true
		return twice
	})
}

var coversField = regexp.MustCompile(`"covers"\s*:\s*"([^"]*)"`)

// SalvageCovers finds in an index that ParseIndex refuses from when on the record is complete: the latest such instant that it holds, so
// that too much is never claimed; zero for none.
func SalvageCovers(raw []byte) time.Time {
	var latest time.Time
	for _, match := range coversField.FindAllSubmatch(raw, -1) {
		if at, err := instant(string(match[1])); err == nil && at.After(latest) {
			latest = at
		}
	}
	return latest
}
