package compose

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the length of the longest slug, in bytes: an address that people can read out.
const maxSlug = 50

// Slug turns a title into lower-case ASCII words joined by hyphens: letters of Latin and Cyrillic script by their usual
// spelling, all else left out; "" where nothing remains.
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

// spelling is how letters that do not decompose into ASCII are commonly written (Latin), and a Latin spelling of the Russian
// and Ukrainian alphabets.
var spelling = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ħ': "h", 'ŋ': "n",
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'є': "ye", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh",
	'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
}

// Folder gives the folder of a new incident or of new maintenance: below the section, laid out by year or month as the
// newest folders there are, with the day (in the page's zone) and the slug of the title as its name. without is the word for
// a title of which no slug can be made. taken says which ids there are already.
func Folder(section string, newest string, day time.Time, title, without string, taken func(id string) bool) string {
	slug := Slug(title)
	if slug == "" {
		slug = without
	}
	id := day.Format(time.DateOnly) + "-" + slug
	unique := id
	for n := 2; taken(unique); n++ {
		unique = fmt.Sprintf("%s-%d", id, n)
	}
	return path.Join("content", section, layout(section, newest, day), unique)
}

var dated = regexp.MustCompile(`^(\d{4})-(\d{2})-\d{2}`)

// layout gives the folders between the section and a new folder: what the newest folder of the site has, with the new day's
// year and month; a year where there is none yet.
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
			return year // a folder of people's own making
		}
	}
	return path.Join(parts...)
}

var numbered = regexp.MustCompile(`^(\d+)-`)

// File gives the name of the next update of a folder that holds files of these names: the number after the highest one, as
// wide as it is written there, and the status.
func File(names []string, status string) string {
	highest, width := 0, 2
	for _, name := range names {
		if m := numbered.FindStringSubmatch(path.Base(name)); m != nil && len(m[1]) <= 6 {
			n, _ := strconv.Atoi(m[1])
			highest = max(highest, n)
			width = max(width, len(m[1]))
		}
	}
	return fmt.Sprintf("%0*d-%s.md", width, highest+1, strings.ReplaceAll(status, "_", "-"))
}

// Number gives the number that an update's file name begins with; 0 where there is none.
func Number(name string) int {
	m := numbered.FindStringSubmatch(path.Base(name))
	if m == nil || len(m[1]) > 6 {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}
