package content

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/sitegen"
)

// filler gives every field of a value something of its own.
type filler struct{ n int64 }

func (f *filler) fill(t *testing.T, at string, v reflect.Value) {
	t.Helper()
	if !v.CanSet() {
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem() // a field of another package
	}
	f.n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(1_700_000_000+f.n, f.n).UTC()))
		return
	case v.Kind() == reflect.Int8 || v.Kind() == reflect.Int16 || v.Kind() == reflect.Int32 || v.Kind() == reflect.Int64 || v.Kind() == reflect.Int:
		v.SetInt(1 + f.n%100)
		return
	case v.Kind() == reflect.Uint8 || v.Kind() == reflect.Uint16 || v.Kind() == reflect.Uint32 || v.Kind() == reflect.Uint64:
		v.SetUint(uint64(1 + f.n%100))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, at, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fill(t, at, v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(t, at, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(t, at, key)
		f.fill(t, at, value)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(t, at+"."+v.Type().Field(i).Name, v.Field(i))
		}
	default:
		t.Fatalf("%s: cannot fill a %s", at, v.Type())
	}
}

// TestEveryFieldIsKept fills all that a source may hold, writes it and reads it. A field that somebody adds, and that is not in the form,
// comes back empty.
func TestEveryFieldIsKept(t *testing.T) {
	s := &source{}
	(&filler{}).fill(t, "source", reflect.ValueOf(s).Elem())
	again := &source{path: s.path, section: s.section, folder: s.folder, id: s.id, language: s.language}
	var keys keyTable
	if !again.take(string(s.append(nil, nil)), nil, &keys) {
		t.Fatal("what was written cannot be read")
	}
	again.sum, again.failure = s.sum, s.failure // the first is kept beside the form, and what has the other is not kept
	if d := cmp.Diff(s, again, cmp.Exporter(func(reflect.Type) bool { return true })); d != "" {
		t.Errorf("a field is not kept, add it to its Wire: %s", d)
	}
}

// TestKeptFilesAreAsTheyWereRead writes and reads all files of generated sites.
func TestKeptFilesAreAsTheyWereRead(t *testing.T) {
	for seed := range uint64(20) {
		files := sitegen.Random(seed, time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC))
		r := rand.New(rand.NewPCG(seed, 4))
		for _, name := range slices.Sorted(maps.Keys(files)) { // mistakes are kept as well
			if text := string(files[name].Data); name != "config.toml" && r.IntN(3) == 0 {
				files[name] = &fstest.MapFile{Data: []byte(spoil(r, text))}
			}
		}
		files["content/incidents/x/postmortem.md"] = &fstest.MapFile{Data: []byte("---\nmeeting: 2026-01-02T10:00:00+02:00\n---\n# Cause\n- [ ] Mend it - Owner: lead - Due: 2026-01-09\n\nSee [this](/about/).\n")}
		files["content/templates/x.md"] = &fstest.MapFile{Data: []byte("---\ndescription: A start\nstatus: resolved\n---\nWords.\n")}
		c, _, err := config.Parse("config.toml", files["config.toml"].Data)
		if err != nil {
			t.Fatal(err)
		}
		l := newLoader(files, Options{Config: c})
		l.walk()
		l.readAll()
		for _, s := range l.sources {
			form := string(s.append(nil, c.Zone))
			if form == "" {
				t.Errorf("%s has no form", s.path)
			}
			again := &source{path: s.path, section: s.section, folder: s.folder, id: s.id, language: s.language}
			if !again.take(form, c.Zone, &l.keys) {
				t.Fatalf("%s cannot be read", s.path)
			}
			again.sum, again.failure = s.sum, s.failure
			if len(s.keys) == 0 {
				again.keys = s.keys // none, or an empty list
			}
			if !reflect.DeepEqual(s, again) {
				t.Errorf("%s: got %+v, want %+v", s.path, again, s)
			}
			other := &source{path: s.path, section: s.section, id: s.id, language: s.language + "x"}
			if other.take(form, c.Zone, &l.keys) {
				t.Errorf("%s is taken for a file of another kind", s.path)
			}
		}
	}
}

// spoil makes a mistake in a file.
func spoil(r *rand.Rand, text string) string {
	switch r.IntN(5) {
	case 0:
		return text[:r.IntN(len(text))]
	case 1:
		return strings.Replace(text, "status: ", "statuss: ", 1)
	case 2:
		return text + "\n<b>raw</b> and [out](javascript:x)\n\n## Rank\n\nSee [this](/about/#rank) and [that](../x/).\n"
	case 3:
		return strings.Replace(text, "---\n", "---\ndate: yesterday\nwaive: {respond: drill}\nescalated: {lead: 2026-10-02T10:30:00Z}\n", 1)
	}
	return text + "\xff"
}

// TestAZoneOfItsOwnIsNotKept: what has no form is not kept, and so read again.
func TestAZoneOfItsOwnIsNotKept(t *testing.T) {
	s := &source{announcement: &incident.Announcement{Date: time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))}}
	form := s.append(nil, time.UTC)
	if len(form) > 0 {
		t.Error("a time in a zone that nobody knows has a form")
	}
	if (&source{}).take(string(form), time.UTC, &keyTable{}) {
		t.Error("nothing is taken for something")
	}
}

// FuzzTake reads what is no form: it may be refused, but does no harm; what is accepted is written and read as the same.
func FuzzTake(f *testing.F) {
	s := &source{path: "content/incidents/a/01.md", id: "01", folder: "content/incidents/a"}
	for _, text := range []string{"---\ntitle: A\nstatus: resolved\nseverity: P1\ncomponents: [api]\n---\nWords, [a link](/about/) and *more*.\n", "---\nstatus: nonsense\n---\n", "no front matter"} {
		c, _, err := config.Parse("config.toml", []byte("title = \"T\"\nbase_url = \"https://status.example.com/\"\n"))
		if err != nil {
			f.Fatal(err)
		}
		l := newLoader(nil, Options{Config: c})
		l.read(s, []byte(text), nil)
		f.Add(string(s.append(nil, time.UTC)))
	}
	f.Add(strings.Repeat("\xff", 40))
	f.Fuzz(func(t *testing.T, text string) {
		read := func(text string) (*source, bool) {
			s := &source{path: "content/incidents/a/01.md", id: "01", folder: "content/incidents/a"}
			var keys keyTable
			return s, s.take(text, time.UTC, &keys)
		}
		s, ok := read(text)
		if !ok {
			return
		}
		if again, ok := read(string(s.append(nil, time.UTC))); !ok || !reflect.DeepEqual(s, again) {
			t.Errorf("%+v becomes %+v", s, again)
		}
	})
}
