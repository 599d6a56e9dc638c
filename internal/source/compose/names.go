package compose

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the maximum length of a slug in bytes, so that URLs stay short enough to read out.
const maxSlug = 50

// Slug turns a title into lower-case ASCII words joined by hyphens. It transliterates Latin and
// Cyrillic letters and drops all others. The result may be "".
func Slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(title)) {
		ascii, known := spelling[r]
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			ascii = string(r)
		case known, unicode.IsMark(r), r == '\'', r == '’':
		default:
			gap = b.Len() > 0
			continue
		}
		if ascii == "" {
			continue
		}
		if gap {
			b.WriteByte('-')
		}
		gap = false
		b.WriteString(ascii)
	}
	slug := b.String()
	if len(slug) > maxSlug {
		if cut := strings.LastIndexByte(slug[:maxSlug+1], '-'); cut > 0 {
			return slug[:cut]
		}
		slug = slug[:maxSlug]
	}
	return slug
}

// spelling transliterates Latin letters that do not decompose into ASCII, and the Russian and
// Ukrainian alphabets.
var spelling = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ħ': "h", 'ŋ': "n",
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'є': "ye", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh",
	'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
}

// NewCase describes a new incident or maintenance, for the name of its folder.
type NewCase struct {
	Section  string   // the folder below content
	Existing []string // paths of the folders of its kind, the newest last
	Day      time.Time
	Title    string
	Word     string                   // the name if the title has no slug
	Exists   func(folder string) bool // reports whether there is such a folder, maybe without files that can be read
}

// FirstFile returns the path of the first update's file in a new folder, and a function that, given
// that path and the names of all other files, names a folder that is new beside those too. It
// returns the path itself if its folder is new.
func (n NewCase) FirstFile(status string) (name string, another func(own string, others []string) string) {
	newest := ""
	ids := map[string]bool{}
	for _, folder := range n.Existing {
		newest, ids[strings.ToLower(path.Base(folder))] = folder, true
	}
	choose := func(taken map[string]bool) string {
		for {
			folder := n.folder(newest, func(id string) bool { return taken[id] || ids[id] })
			if !n.Exists(folder) {
				return path.Join(folder, File(nil, status))
			}
			ids[path.Base(folder)] = true
		}
	}
	return choose(nil), func(own string, others []string) string {
		taken := map[string]bool{}
		for _, other := range others {
			taken[path.Base(path.Dir(other))] = true
		}
		if !taken[path.Base(path.Dir(own))] {
			return own
		}
		return choose(taken)
	}
}

// folder returns the path of the folder. It is in the section, in year or month folders like those
// around newest, the newest existing folder. Its name is the day and the slug of the title. taken
// reports whether an id already exists.
func (n NewCase) folder(newest string, taken func(id string) bool) string {
	id := n.Day.Format(time.DateOnly) + "-" + cmp.Or(Slug(n.Title), n.Word)
	unique := id
	for number := 2; taken(unique); number++ {
		unique = fmt.Sprintf("%s-%d", id, number)
	}
	return path.Join("content", n.Section, layout(n.Section, newest, n.Day), unique)
}

var dated = regexp.MustCompile(`^(\d{4})-(\d{2})-\d{2}`)

// layout returns the folders between the section and a new folder. It copies the layout around the
// newest folder with the year and month of the new day. The default is one folder per year.
func layout(section, newest string, day time.Time) string {
	year := day.Format("2006")
	between, ok := strings.CutPrefix(path.Dir(newest), "content/"+section)
	m := dated.FindStringSubmatch(path.Base(newest))
	if newest == "" || !ok {
		return year
	}
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(between, "/"), "/") {
		switch {
		case part == "":
		case m != nil && part == m[1]:
			parts = append(parts, year)
		case m != nil && part == m[2]:
			parts = append(parts, day.Format("01"))
		case m != nil && part == m[1]+"-"+m[2]:
			parts = append(parts, day.Format("2006-01"))
		default:
			return year // some other layout
		}
	}
	return path.Join(parts...)
}

var numbered = regexp.MustCompile(`^(\d{1,6})(?:-|\.md$|$)`)

// File returns the name of the next update's file in a folder with the given files: the number
// after the highest one, padded to the same width, and the status.
func File(names []string, status string) string {
	highest, width := 0, 2
	for _, name := range names {
		if n := Number(name); n > 0 {
			highest = max(highest, n)
			width = max(width, len(numbered.FindStringSubmatch(path.Base(name))[1]))
		}
	}
	return fmt.Sprintf("%0*d-%s.md", width, highest+1, strings.ReplaceAll(status, "_", "-"))
}

// Number returns the number at the start of an update's file name, or 0 if there is none.
func Number(name string) int {
	m := numbered.FindStringSubmatch(path.Base(name))
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// NextFile returns a function that names an update with a higher number than those beside it, given
// a name and the names of all other files. It returns that name if it is free.
func NextFile(status string) func(own string, others []string) string {
	return func(own string, others []string) string {
		folder := path.Dir(own)
		var beside []string
		free := true
		for _, other := range others {
			if path.Dir(other) == folder {
				beside = append(beside, other)
				free = free && Number(other) < Number(own)
			}
		}
		if free {
			return own
		}
		return path.Join(folder, File(beside, status))
	}
}
