package compiled

import (
	"html/template"
	"reflect"
)

// Call lets functions, and methods, of one type be called without reflection.
type Call struct {
	typ   reflect.Type
	adapt func(function any) caller
}

func (c Call) name() string { return c.typ.String() }

// caller calls a function.
type caller func(s *state, arguments []value) value

// Call0 is for functions without arguments.
func Call0[R any]() Call {
	return Call{reflect.TypeFor[func() R](), func(function any) caller {
		f := function.(func() R)
		return func(*state, []value) value { return result(f()) }
	}}
}

// Call1 is for functions of one argument, and methods without any.
func Call1[A, R any]() Call {
	return Call{reflect.TypeFor[func(A) R](), func(function any) caller {
		f := function.(func(A) R)
		return func(_ *state, arguments []value) value { return result(f(get[A](arguments[0]))) }
	}}
}

// Call2 is for functions of two arguments, and methods of one.
func Call2[A, B, R any]() Call {
	return Call{reflect.TypeFor[func(A, B) R](), func(function any) caller {
		f := function.(func(A, B) R)
		return func(_ *state, arguments []value) value { return result(f(get[A](arguments[0]), get[B](arguments[1]))) }
	}}
}

// Call2E is for functions of two arguments that may fail.
func Call2E[A, B, R any]() Call {
	return Call{reflect.TypeFor[func(A, B) (R, error)](), func(function any) caller {
		f := function.(func(A, B) (R, error))
		return func(_ *state, arguments []value) value {
			r, err := f(get[A](arguments[0]), get[B](arguments[1]))
			if err != nil {
				giveUp()
			}
			return result(r)
		}
	}}
}

// CallWords is for functions of one argument and any number of others, that may fail. They must not keep the list of the others.
func CallWords[A, R any]() Call {
	return Call{reflect.TypeFor[func(A, ...any) (R, error)](), func(function any) caller {
		f := function.(func(A, ...any) (R, error))
		return func(s *state, arguments []value) value {
			base := len(s.others)
			for _, a := range arguments[1:] {
				s.others = append(s.others, a.any())
			}
			r, err := f(get[A](arguments[0]), s.others[base:]...)
			clear(s.others[base:])
			s.others = s.others[:base]
			if err != nil {
				giveUp()
			}
			return result(r)
		}
	}}
}

// result makes a value of what a function gave.
func result[R any](r R) value {
	switch r := any(&r).(type) {
	case *string:
		return value{form: text, text: *r}
	case *template.HTML:
		return value{form: html, text: string(*r)}
	}
	return reflected(reflect.ValueOf(r))
}

// caller gives what calls a function with so many arguments.
func (c *compiler) caller(function reflect.Value, arguments int) (caller, error) {
	typ := function.Type()
	switch fixed := typ.NumIn(); {
	case typ.Kind() != reflect.Func || typ.NumOut() < 1 || typ.NumOut() > 2 || typ.NumOut() == 2 && typ.Out(1) != reflect.TypeFor[error]():
		return nil, unknown("a function of type %s", typ)
	case typ.IsVariadic() && arguments < fixed-1, !typ.IsVariadic() && arguments != fixed:
		return nil, unknown("%d arguments for a function of type %s", arguments, typ)
	}
	if call, ok := c.calls[typ.String()]; ok && call.typ == typ {
		return call.adapt(function.Interface()), nil
	}
	return func(_ *state, arguments []value) value {
		in := make([]reflect.Value, len(arguments))
		for i, a := range arguments {
			of := typ.In(min(i, typ.NumIn()-1))
			if typ.IsVariadic() && i >= typ.NumIn()-1 {
				of = of.Elem()
			}
			if of == reflect.TypeFor[reflect.Value]() {
				giveUp()
			}
			in[i] = a.as(of)
		}
		out := function.Call(in)
		if len(out) == 2 && !out[1].IsNil() {
			giveUp()
		}
		return reflected(out[0])
	}, nil
}
