package compiled

import (
	"reflect"
	"sync/atomic"
)

// field is a place in a template that names a field or a method. It remembers what that means for the types it has seen.
type field struct {
	name      string
	arguments []expression
	compiler  *compiler
	known     atomic.Pointer[[]meaning]
}

// meaning is what a name means for a type.
type meaning struct {
	typ      reflect.Type
	place    bool   // the value has an address, so that it has the methods of its pointer too
	index    []int  // of the field
	method   caller // nil for a field
	ofThePtr bool   // the method is one of the pointer
}

// of gives the field of a value, or what its method gives.
func (f *field) of(s *state, dot, receiver value) value {
	v := receiver.v
	if receiver.form != thing {
		giveUp()
	}
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		giveUp()
	}
	typ, place := v.Type(), v.CanAddr()
	var m *meaning
	if known := f.known.Load(); known != nil {
		for i := range *known {
			if (*known)[i].typ == typ && (*known)[i].place == place {
				m = &(*known)[i]
				break
			}
		}
	}
	if m == nil {
		m = f.learn(typ, place)
	}
	if m.method == nil {
		if len(m.index) == 1 {
			return reflected(v.Field(m.index[0]))
		}
		found, err := v.FieldByIndexErr(m.index)
		if err != nil {
			giveUp()
		}
		return reflected(found)
	}
	if m.ofThePtr {
		v = v.Addr()
	}
	base := len(s.arguments)
	s.arguments = append(s.arguments, value{v: v})
	for _, argument := range f.arguments {
		v := argument(s, dot) // which may make calls itself
		s.arguments = append(s.arguments, v)
	}
	result := m.method(s, s.arguments[base:])
	s.arguments = s.arguments[:base]
	return result
}

// learn finds out what the name means for a type.
func (f *field) learn(typ reflect.Type, place bool) *meaning {
	m := meaning{typ: typ, place: place}
	method, ok := typ.MethodByName(f.name)
	if !ok && place {
		method, ok = reflect.PointerTo(typ).MethodByName(f.name)
		m.ofThePtr = ok
	}
	if ok {
		call, err := f.compiler.caller(method.Func, 1+len(f.arguments))
		if err != nil {
			giveUp()
		}
		m.method = call
	} else {
		if typ.Kind() != reflect.Struct || len(f.arguments) > 0 {
			giveUp()
		}
		of, ok := typ.FieldByName(f.name)
		if !ok || !of.IsExported() {
			giveUp()
		}
		m.index = of.Index
	}
	for {
		known := f.known.Load()
		var all []meaning
		if known != nil {
			all = append(all, *known...)
		}
		all = append(all, m)
		if f.known.CompareAndSwap(known, &all) {
			return &m
		}
	}
}
