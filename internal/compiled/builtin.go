package compiled

import "reflect"

// builtin compiles a call of one of Go's own functions, of those that templates use most.
func builtin(name string, arguments []expression) (expression, error) {
	switch {
	case name == "and" && len(arguments) > 0:
		return decide(arguments, false), nil
	case name == "or" && len(arguments) > 0:
		return decide(arguments, true), nil
	case name == "not" && len(arguments) == 1:
		return func(s *state, dot value) value { return truth(!arguments[0](s, dot).true()) }, nil
	case name == "eq" && len(arguments) > 1:
		return func(s *state, dot value) value {
			first := arguments[0](s, dot)
			for _, other := range arguments[1:] {
				if equal(first, other(s, dot)) {
					return truth(true)
				}
			}
			return truth(false)
		}, nil
	case name == "ne" && len(arguments) == 2:
		return func(s *state, dot value) value { return truth(!equal(arguments[0](s, dot), arguments[1](s, dot))) }, nil
	case name == "len" && len(arguments) == 1:
		return func(s *state, dot value) value {
			v := arguments[0](s, dot).concrete()
			switch {
			case v.form == text || v.form == html || v.form == literal:
				return value{v: reflect.ValueOf(len(v.text))}
			case v.v.Kind() == reflect.Slice || v.v.Kind() == reflect.Array || v.v.Kind() == reflect.Map:
				return value{v: reflect.ValueOf(v.v.Len())}
			}
			giveUp()
			return v
		}, nil
	case name == "index" && len(arguments) == 2:
		return func(s *state, dot value) value {
			list, at := arguments[0](s, dot).concrete(), arguments[1](s, dot).concrete()
			if list.form != thing || list.v.Kind() != reflect.Slice || !at.v.IsValid() || !at.v.CanInt() || at.v.Int() < 0 || at.v.Int() >= int64(list.v.Len()) {
				giveUp()
			}
			return reflected(list.v.Index(int(at.v.Int())))
		}, nil
	}
	return nil, unknown("the function %s with %d arguments", name, len(arguments))
}

var truths = [...]value{{v: reflect.ValueOf(false)}, {v: reflect.ValueOf(true)}}

func truth(is bool) value {
	if is {
		return truths[1]
	}
	return truths[0]
}

// decide gives the first argument that is so, or the last one.
func decide(arguments []expression, so bool) expression {
	return func(s *state, dot value) (v value) {
		for _, argument := range arguments {
			if v = argument(s, dot).concrete(); v.true() == so {
				break
			}
		}
		return v
	}
}

// equal compares what has a kind in common.
func equal(a, b value) bool {
	a, b = a.concrete(), b.concrete()
	x, isX := a.string()
	y, isY := b.string()
	switch {
	case isX && isY:
		return x == y
	case isX || isY || !a.v.IsValid() || !b.v.IsValid():
	case a.v.CanInt() && b.v.CanInt():
		return a.v.Int() == b.v.Int()
	case a.v.CanUint() && b.v.CanUint():
		return a.v.Uint() == b.v.Uint()
	case a.v.CanInt() && b.v.CanUint():
		return a.v.Int() >= 0 && uint64(a.v.Int()) == b.v.Uint()
	case a.v.CanUint() && b.v.CanInt():
		return equal(b, a)
	case a.v.Kind() == reflect.Bool && b.v.Kind() == reflect.Bool:
		return a.v.Bool() == b.v.Bool()
	}
	giveUp()
	return false
}

// string gives a value whose kind is that of strings.
func (v value) string() (string, bool) {
	if v.form == text || v.form == html || v.form == literal {
		return v.text, true
	}
	if v.v.Kind() == reflect.String {
		return v.v.String(), true
	}
	return "", false
}
