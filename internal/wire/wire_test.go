package wire

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// all is one of everything that has a form.
type all struct {
	Size    uint64
	Int     int
	Small   int8
	Byte    uint8
	Bool    bool
	Text    string
	Other   string
	Hash    [32]byte
	Time    time.Time
	Local   time.Time
	Pointer *int
	List    []string
	Map     map[string]time.Time
}

func (a *all) wire(c *Coder) {
	c.Size(&a.Size)
	Int(c, &a.Int)
	Int(c, &a.Small)
	Int(c, &a.Byte)
	c.Bool(&a.Bool)
	c.Text(&a.Text)
	c.TextOr(&a.Other, "usual")
	c.Bytes32(&a.Hash)
	c.Time(&a.Time)
	c.Time(&a.Local)
	Pointer(c, &a.Pointer, func(n *int) { Int(c, n) })
	List(c, &a.List, c.Text)
	Map(c, &a.Map, c.Time)
}

var zone = time.FixedZone("Somewhere", -3600)

func examples() []all {
	n := -5
	return []all{
		{Other: "usual"},
		{Other: "", List: []string{}, Map: map[string]time.Time{}},
		{math.MaxUint64, math.MinInt, math.MinInt8, math.MaxUint8, true, strings.Repeat("ä", 200), "another", [32]byte{1, 31: 2}, time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC),
			time.Date(2026, 10, 2, 10, 4, 5, 999, zone), &n, []string{"", "b"}, map[string]time.Time{"": {}, "x": time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, want := range examples() {
		w := Writer([]byte("before"), zone)
		want.wire(w)
		if w.Bad() || w.Reads() {
			t.Fatalf("%+v has no form", want)
		}
		text := string(w.Bytes()[len("before"):])
		got := all{Text: "what was there", List: []string{"x"}, Time: time.Unix(1, 1), Pointer: new(int), Map: map[string]time.Time{"a": {}}}
		r := Reader(text+"after", zone)
		got.wire(r)
		if r.Bad() || r.Left() != "after" || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v, left %q", got, want, r.Left())
		}
		for cut := range len(text) { // a part of it is nothing
			r := Reader(text[:cut], zone)
			var part all
			if part.wire(r); !r.Bad() {
				t.Fatalf("%d of %d bytes are enough", cut, len(text))
			}
		}
	}
}

// TestWhatHasNoForm lists what is refused.
func TestWhatHasNoForm(t *testing.T) {
	other := time.Now().In(time.FixedZone("Elsewhere", 60))
	if w := Writer(nil, zone); true {
		if w.Time(&other); !w.Bad() {
			t.Error("a time in another zone is written")
		}
	}
	for name, read := range map[string]func(*Coder){
		"a number that is too large": func(c *Coder) { var n int8; Int(c, &n) },
		"neither true nor false":     func(c *Coder) { var b bool; c.Bool(&b) },
		"a list longer than its text": func(c *Coder) {
			var list []string
			List(c, &list, c.Text)
		},
		"a time of no kind": func(c *Coder) { var t time.Time; c.Time(&t) },
	} {
		r := Reader("\xff\x7f\x01\x01", nil)
		if read(r); !r.Bad() {
			t.Errorf("%s is read", name)
		}
	}
}

// FuzzRead reads any bytes: it ends, and what it accepts is written as the same.
func FuzzRead(f *testing.F) {
	for _, a := range examples() {
		w := Writer(nil, zone)
		a.wire(w)
		f.Add(string(w.Bytes()))
	}
	f.Fuzz(func(t *testing.T, text string) {
		var a, b all
		r := Reader(text, zone)
		a.wire(r)
		if cap(a.List) > 64+4*len(text) || len(a.Map) > len(text) {
			t.Fatalf("%d bytes made a list of %d", len(text), cap(a.List))
		}
		if r.Bad() {
			return
		}
		w := Writer(nil, zone)
		a.wire(w)
		again := Reader(string(w.Bytes()), zone)
		b.wire(again)
		if w.Bad() || again.Bad() || !slices.Equal(a.List, b.List) || !reflect.DeepEqual(a, b) {
			t.Errorf("%+v becomes %+v", a, b)
		}
	})
}
