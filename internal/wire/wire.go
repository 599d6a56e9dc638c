// Package wire is a compact form of values for what one program keeps for itself: one description of a value both writes
// and reads it, so that the two cannot differ. The form has no names and no versions; who keeps it says what it was
// written by. Reading takes any bytes: those that make no sense set Bad, and nothing is made that is out of proportion to them.
package wire

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"
)

// Coder writes values, or reads them into what it is given.
type Coder struct {
	out   []byte
	in    string // what is left to read
	reads bool
	zone  *time.Location
	bad   bool
}

// Writer gives a coder that appends to bytes. Times are in UTC or in the zone.
func Writer(to []byte, zone *time.Location) *Coder { return &Coder{out: to, zone: zone} }

// Reader gives a coder that reads a text written with the same zone. Texts that it reads share the memory of the whole.
func Reader(text string, zone *time.Location) *Coder {
	return &Coder{in: text, reads: true, zone: zone}
}

// Reads reports whether values are read.
func (c *Coder) Reads() bool { return c.reads }

// Bytes gives what was written.
func (c *Coder) Bytes() []byte { return c.out }

// Left gives what is not read yet.
func (c *Coder) Left() string { return c.in }

// Bad reports whether what was read makes no sense, or a value has no form.
func (c *Coder) Bad() bool { return c.bad }

// Fail says that what was read makes no sense.
func (c *Coder) Fail() {
	c.bad = true
	c.in = ""
}

// Size is a number that is not negative.
func (c *Coder) Size(n *uint64) {
	if !c.reads {
		c.out = binary.AppendUvarint(c.out, *n)
		return
	}
	*n = 0
	for i := 0; i < len(c.in) && i < binary.MaxVarintLen64; i++ {
		b := c.in[i]
		*n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			c.in = c.in[i+1:]
			return
		}
	}
	c.Fail()
}

// Int is a whole number of any type.
func Int[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8](c *Coder, n *T) {
	zigzag := uint64(int64(*n)<<1) ^ uint64(int64(*n)>>63)
	c.Size(&zigzag)
	if c.reads {
		value := int64(zigzag>>1) ^ -int64(zigzag&1)
		if *n = T(value); int64(*n) != value {
			c.Fail()
		}
	}
}

// Bool is true or false.
func (c *Coder) Bool(b *bool) {
	n := uint64(0)
	if *b {
		n = 1
	}
	c.Size(&n)
	if c.reads {
		if *b = n == 1; n > 1 {
			c.Fail()
		}
	}
}

// Text is any text.
func (c *Coder) Text(s *string) {
	n := uint64(len(*s))
	c.Size(&n)
	switch {
	case !c.reads:
		c.out = append(c.out, *s...)
	case n > uint64(len(c.in)):
		*s = ""
		c.Fail()
	default:
		*s, c.in = c.in[:n], c.in[n:]
	}
}

// TextOr is a text that most often is the usual one, which the reader knows.
func (c *Coder) TextOr(s *string, usual string) {
	other := *s != usual
	if c.Bool(&other); other {
		c.Text(s)
	} else if c.reads {
		*s = usual
	}
}

// Bytes32 is a hash.
func (c *Coder) Bytes32(b *[32]byte) {
	switch {
	case !c.reads:
		c.out = append(c.out, b[:]...)
	case len(c.in) < len(b):
		c.Fail()
	default:
		copy(b[:], c.in)
		c.in = c.in[len(b):]
	}
}

// What a time is written as, before its seconds and nanoseconds.
const (
	noTime = iota
	inUTC
	inZone
)

// Time is an instant in UTC or in the coder's zone.
func (c *Coder) Time(t *time.Time) {
	var kind uint64
	switch {
	case c.reads:
	case t.IsZero():
	case t.Location() == time.UTC:
		kind = inUTC
	case t.Location() == c.zone:
		kind = inZone
	default:
		c.bad = true
	}
	c.Size(&kind)
	if kind == noTime {
		if c.reads {
			*t = time.Time{}
		}
		return
	}
	seconds, nanoseconds := t.Unix(), int32(t.Nanosecond())
	Int(c, &seconds)
	Int(c, &nanoseconds)
	switch {
	case !c.reads:
	case kind == inUTC:
		*t = time.Unix(seconds, int64(nanoseconds)).UTC()
	case kind == inZone && c.zone != nil:
		*t = time.Unix(seconds, int64(nanoseconds)).In(c.zone)
	default:
		c.Fail()
	}
}

// Pointer is a value that may not be there.
func Pointer[T any](c *Coder, p **T, value func(*T)) {
	there := *p != nil
	c.Bool(&there)
	if c.reads {
		if *p = nil; there && !c.bad {
			*p = new(T)
		}
	}
	if *p != nil {
		value(*p)
	}
}

// List is a list of values, each of which takes a byte at least. None and an empty one are not the same.
func List[T any](c *Coder, list *[]T, value func(*T)) {
	size := uint64(0)
	if *list != nil {
		size = uint64(len(*list)) + 1
	}
	c.Size(&size)
	if c.reads {
		*list = nil
		if size == 0 {
			return
		}
		if size--; size > uint64(len(c.in)) {
			c.Fail()
			return
		}
		*list = make([]T, 0, min(size, 64)) // more is made as it is read
		for ; size > 0 && !c.bad; size-- {
			var v T
			*list = append(*list, v)
			value(&(*list)[len(*list)-1])
		}
		return
	}
	for i := range *list {
		value(&(*list)[i])
	}
}

// Map is a map by names, which is written in their order.
func Map[T any](c *Coder, m *map[string]T, value func(*T)) {
	var names []string
	if *m != nil {
		names = slices.Sorted(maps.Keys(*m))
		if names == nil {
			names = []string{}
		}
	}
	List(c, &names, c.Text)
	if c.reads {
		*m = nil
		if names != nil {
			*m = make(map[string]T, len(names))
		}
	}
	for _, name := range names {
		v := (*m)[name]
		value(&v)
		if c.reads {
			(*m)[name] = v
		}
	}
}
