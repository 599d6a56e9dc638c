package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxFileSize is the maximum size, in bytes, of a file of the record. Larger files are not read.
const MaxFileSize = 64 << 20

// BrokenError reports that a file of the record is not valid, because someone else wrote or changed
// it.
type BrokenError struct {
	File string // name below Dir
	Why  string
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("%s/%s is not a valid file of the publish record: %s", Dir, e.File, e.Why)
}

// index is the content of index.json.
type index struct {
	Covers string   `json:"covers"` // "" if the record is not complete
	Files  []string `json:"files"`
}

var monthName = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])\.json$`)

// IsFile reports whether a name below Dir is that of a file with entries.
func IsFile(name string) bool { return name == First || monthName.MatchString(name) }

// Parse parses a record from its files, keyed by name below Dir. Other names are ignored. If files
// are broken, Parse returns the readable entries and an error that joins a BrokenError for each.
// Because something is missing then, the record covers nothing.
func Parse(files map[string][]byte) (*Record, error) {
	r := &Record{entries: map[Key]placed{}}
	var broken []error
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !IsFile(name) {
			continue
		}
		entries, err := ParseFile(name, files[name])
		if err != nil {
			broken = append(broken, err)
			entries, _ = Salvage(files[name])
		}
		for _, e := range entries { // the earliest times of an update count
			known, twice := r.entries[e.Key]
			if !twice || e.Public.Before(known.Public) {
				e.Receive(known.Entry)
				known = placed{e, name}
			} else {
				known.Receive(e)
			}
			r.entries[e.Key] = known
		}
	}
	if raw, ok := files[Index]; ok {
		covers, names, err := ParseIndex(raw)
		if err != nil {
			broken = append(broken, err)
		}
		r.Covers = covers
		for _, name := range names {
			if _, there := files[name]; !there {
				broken = append(broken, &BrokenError{name, "the index lists it, but it does not exist"})
			}
		}
	}
	if len(broken) > 0 {
		r.doubt()
	}
	return r, errors.Join(broken...)
}

// doubt makes the record cover nothing. Updates recorded at the start of its coverage still count
// as public by that time, possibly long before. If the start is not known, it is taken to be the
// first instant in the record.
func (r *Record) doubt() {
	begin := r.Covers
	for _, e := range r.entries {
		if begin.IsZero() || r.Covers.IsZero() && e.Public.Before(begin) {
			begin = e.Public
		}
	}
	for key, e := range r.entries {
		if e.Public.Equal(begin) {
			e.file = First
			r.entries[key] = e
		}
	}
	r.Covers = time.Time{}
}

// ParseIndex parses index.json. covers is when the record's coverage starts, zero if the record is
// not complete. files are the names of its other files.
func ParseIndex(raw []byte) (covers time.Time, files []string, err error) {
	var read index
	if err := decode(Index, raw, &read); err != nil {
		return time.Time{}, nil, err
	}
	if read.Files == nil {
		return time.Time{}, nil, &BrokenError{Index, "it lists no files"}
	}
	if read.Covers != "" {
		if covers, err = instant(read.Covers); err != nil {
			return time.Time{}, nil, &BrokenError{Index, "covers: " + err.Error()}
		}
	}
	for _, name := range read.Files {
		if !IsFile(name) {
			return time.Time{}, nil, &BrokenError{Index, fmt.Sprintf("%q is not the name of a file of the record", name)}
		}
	}
	return covers, read.Files, nil
}

// EncodeIndex returns the content of index.json. Zero covers means that the record is not complete.
func EncodeIndex(covers time.Time, files []string) []byte {
	written := index{Covers: stamp(covers), Files: slices.Compact(slices.Sorted(slices.Values(files)))}
	if written.Files == nil {
		written.Files = []string{}
	}
	return append(encode(written), '\n')
}

// ParseFile parses first.json or the file of a month. If an update is listed twice, the earlier
// time counts.
func ParseFile(name string, raw []byte) ([]Entry, error) {
	var read struct {
		Entries []Entry `json:"entries"`
	}
	if err := decode(name, raw, &read); err != nil {
		return nil, err
	}
	if read.Entries == nil {
		return nil, &BrokenError{name, "it has no entries"}
	}
	for n, e := range read.Entries {
		if err := e.check(); err != nil {
			return nil, &BrokenError{name, fmt.Sprintf("entry %d: %v", n+1, err)}
		}
		read.Entries[n] = e.seconds()
	}
	return tidy(read.Entries), nil
}

// EncodeFile returns the content of first.json or the file of a month: one line per entry, in the
// order in which the updates became public.
func EncodeFile(entries []Entry) []byte {
	var b bytes.Buffer
	b.WriteString("{\"entries\":[")
	for n, e := range slices.SortedFunc(slices.Values(entries), compareEntries) {
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(encode(e.seconds()))
	}
	b.WriteString("\n]}\n")
	return b.Bytes()
}

// decode parses JSON strictly: one value, without unknown keys.
func decode(name string, raw []byte, into any) error {
	if len(raw) > MaxFileSize {
		return &BrokenError{name, fmt.Sprintf("it is larger than %d bytes", MaxFileSize)}
	}
	if !utf8.Valid(raw) {
		return &BrokenError{name, "it is not UTF-8"}
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return &BrokenError{name, err.Error()}
	}
	if decoder.More() {
		return &BrokenError{name, "there is text after its end"}
	}
	return nil
}

func encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // can't happen: strings and lists of strings can always be encoded
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// check returns an error for an entry that Crier can't have written.
func (e Entry) check() error {
	switch {
	case e.Kind != Incident && e.Kind != Maintenance && e.Kind != Announcement:
		return fmt.Errorf("unknown kind %q", e.Kind)
	case badName(e.ID) || e.ID == "":
		return fmt.Errorf("%q is not an id", e.ID)
	case badName(e.Update) || (e.Update == "") != (e.Kind == Announcement):
		return fmt.Errorf("%q is not an id of an update of %s", e.Update, e.Kind)
	case !possible(e.Public) || !e.Posted.IsZero() && !possible(e.Posted) || !e.Live.IsZero() && !possible(e.Live):
		return errors.New("it has an impossible time")
	}
	for _, channels := range []map[string]time.Time{e.Announced, e.Refused} {
		for channel, at := range channels {
			if badName(channel) || channel == "" || !possible(at) {
				return fmt.Errorf("the channel %q has %s", channel, at)
			}
		}
	}
	return nil
}

// seconds returns the entry with all times in UTC and without parts of a second.
func (e Entry) seconds() Entry {
	e.Public, e.Posted, e.Live = second(e.Public), second(e.Posted), second(e.Live)
	e.Announced, e.Refused = firsts(nil, e.Announced), firsts(nil, e.Refused)
	return e
}

func badName(name string) bool {
	return len(name) > 255 || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || r == '/' || r == utf8.RuneError })
}

func instant(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if t = t.UTC(); err != nil || !possible(t) {
		return time.Time{}, fmt.Errorf("%q is not a time", text)
	}
	return second(t), nil
}

func possible(t time.Time) bool { return t.UTC().Year() >= 1970 && t.UTC().Year() <= 9999 }

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
