package compiled

import (
	"html/template"
	"reflect"
)

// value is a value of a template. Text, which most values are, needs no reflection.
type value struct {
	form form
	text string
	v    reflect.Value // of a thing, not valid for nil; of a literal, its text
}

type form uint8

const (
	thing   form = iota
	text         // a string
	html         // a template.HTML
	literal      // a string as it stands in a template: it takes the type that it is needed in
	number       // an integer as it stands in a template
)

func valueOf(v any) value { return reflected(reflect.ValueOf(v)) }

var (
	stringType = reflect.TypeFor[string]()
	htmlType   = reflect.TypeFor[template.HTML]()
)

// reflected makes a value of what reflection gives. What lies in an `any` is taken out of it.
func reflected(v reflect.Value) value {
	for v.Kind() == reflect.Interface && v.NumMethod() == 0 {
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		switch v.Type() {
		case stringType:
			return value{form: text, text: v.String()}
		case htmlType:
			return value{form: html, text: v.String()}
		}
	}
	return value{v: v}
}

// reflect gives the value as reflection knows it.
func (v value) reflect() reflect.Value {
	switch v.form {
	case text, literal:
		return reflect.ValueOf(v.text)
	case html:
		return reflect.ValueOf(template.HTML(v.text))
	}
	return v.v
}

// any gives the value itself.
func (v value) any() any {
	switch v.form {
	case literal:
		return v.v.Interface() // made once, when the template was compiled
	case text:
		return v.text
	case html:
		return template.HTML(v.text)
	}
	if !v.v.IsValid() {
		return nil
	}
	if !v.v.CanInterface() {
		giveUp()
	}
	return v.v.Interface()
}

// concrete takes a value out of an interface.
func (v value) concrete() value {
	if v.form == thing && v.v.Kind() == reflect.Interface {
		return reflected(v.v.Elem())
	}
	return v
}

// true reports whether if and with take a value for true.
func (v value) true() bool {
	switch v = v.concrete(); v.form {
	case text, html, literal:
		return v.text != ""
	}
	switch v.v.Kind() {
	case reflect.Bool:
		return v.v.Bool()
	case reflect.Slice, reflect.Array, reflect.Map, reflect.String:
		return v.v.Len() > 0
	case reflect.Pointer:
		return !v.v.IsNil()
	case reflect.Struct:
		return true
	}
	if !v.v.IsValid() {
		return false
	}
	truth, ok := template.IsTrue(v.any())
	if !ok {
		giveUp()
	}
	return truth
}

// as gives a value as one of a type, as html/template converts arguments.
func (v value) as(typ reflect.Type) reflect.Value {
	switch v.form {
	case literal:
		if typ.Kind() == reflect.String {
			return reflect.ValueOf(v.text).Convert(typ)
		}
	case number:
		if typ.Kind() == reflect.Interface {
			break
		}
		n, to := v.v.Int(), reflect.New(typ).Elem()
		switch {
		case to.CanInt() && !to.OverflowInt(n):
			to.SetInt(n)
		case to.CanUint() && n >= 0 && !to.OverflowUint(uint64(n)):
			to.SetUint(uint64(n))
		default:
			giveUp()
		}
		return to
	}
	r := v.reflect()
	if !r.IsValid() {
		switch typ.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan:
			return reflect.Zero(typ)
		}
		giveUp()
	}
	if r.Type().AssignableTo(typ) {
		return r
	}
	if r.Kind() == reflect.Interface && !r.IsNil() {
		if r = r.Elem(); r.Type().AssignableTo(typ) {
			return r
		}
	}
	switch {
	case r.Kind() == reflect.Pointer && r.Type().Elem().AssignableTo(typ) && !r.IsNil():
		return r.Elem()
	case r.CanAddr() && reflect.PointerTo(r.Type()).AssignableTo(typ):
		return r.Addr()
	}
	giveUp()
	return r
}

// get gives a value as one of a type.
func get[T any](v value) T {
	var t T
	switch to := any(&t).(type) {
	case *string:
		if v.form == text || v.form == literal {
			*to = v.text
			return t
		}
	case *template.HTML:
		if v.form == html {
			*to = template.HTML(v.text)
			return t
		}
	case *any:
		*to = v.any()
		return t
	}
	if v.form == thing && v.v.IsValid() && v.v.CanInterface() {
		if v.v.CanAddr() {
			if at, ok := v.v.Addr().Interface().(*T); ok {
				return *at
			}
		} else if t, ok := v.v.Interface().(T); ok {
			return t
		}
	}
	r := v.as(reflect.TypeFor[T]())
	if !r.CanInterface() {
		giveUp()
	}
	return r.Interface().(T)
}
