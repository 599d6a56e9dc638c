package record

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"time"
)

// Salvage returns the readable entries of a file that ParseFile rejects, for example because of
// merge conflict markers or a missing end. unread is the number of unreadable lines or entries; if
// the file was cut off, more may be missing.
func Salvage(raw []byte) (entries []Entry, unread int) {
	if len(raw) > MaxFileSize {
		return nil, 1
	}
	for _, piece := range pieces(raw) {
		var e Entry
		if decode("", piece, &e) != nil || e.check() != nil {
			unread++
			continue
		}
		entries = append(entries, e.seconds())
	}
	if len(entries) == 0 && unread == 0 && !bytes.Equal(raw, EncodeFile(nil)) {
		unread = 1
	}
	return tidy(entries), unread
}

// pieces splits a file into possible entries: the entries of its JSON, or its lines if it is not
// valid JSON.
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

// tidy sorts entries and keeps the first one of each update.
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

// SalvageCovers finds the start of the coverage in an index that ParseIndex rejects. If there are
// several, it returns the latest, so that the record never claims too much. It returns zero if
// there is none.
func SalvageCovers(raw []byte) time.Time {
	var latest time.Time
	for _, match := range coversField.FindAllSubmatch(raw, -1) {
		if at, err := instant(string(match[1])); err == nil && at.After(latest) {
			latest = at
		}
	}
	return latest
}
