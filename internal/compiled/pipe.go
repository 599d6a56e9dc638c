package compiled

import (
	"reflect"
	"strconv"
	"text/template/parse"
)

// expression gives a value.
type expression func(s *state, dot value) value

// print compiles an action: it declares variables or writes a value.
func (c *compiler) print(pipe *parse.PipeNode) (action, error) {
	if len(pipe.Decl) > 0 {
		of, err := c.pipe(pipe)
		return func(s *state, dot value) flow { of(s, dot); return next }, err
	}
	commands, escapers := cutEscapers(pipe.Cmds)
	write, err := sinkOf(escapers)
	if err != nil {
		return nil, err
	}
	of, err := c.commands(commands)
	return func(s *state, dot value) flow { write(s, of(s, dot)); return next }, err
}

// constant gives what an action writes if that is the same whatever the data.
func (c *compiler) constant(pipe *parse.PipeNode) ([]byte, bool, error) {
	commands, escapers := cutEscapers(pipe.Cmds)
	if len(pipe.Decl) > 0 || len(commands) != 1 || !c.pure(commands[0]) {
		return nil, false, nil
	}
	write, err := sinkOf(escapers)
	if err != nil {
		return nil, false, err
	}
	of, err := c.commands(commands)
	if err != nil {
		return nil, false, err
	}
	out, ok := once(write, of)
	return out, ok, nil
}

// once writes a value that needs no data. It is not ok where it cannot be written: executing the template will tell.
func once(write sink, of expression) (out []byte, ok bool) {
	defer func() { ok = recover() == nil }()
	var s state
	write(&s, of(&s, value{}))
	return s.out, true
}

// computed gives an expression whose value needs no data. Where there is an error, executing the template will tell.
func computed(of expression) (constant expression) {
	defer func() {
		if recover() != nil {
			constant = of
		}
	}()
	v := of(new(state), value{})
	return func(*state, value) value { return v }
}

// pure reports whether a command is a call of a pure function with constant arguments, or a constant.
func (c *compiler) pure(command *parse.CommandNode) bool {
	for i, node := range command.Args {
		switch node := node.(type) {
		case *parse.IdentifierNode:
			if !c.options.Pure[node.Ident] {
				return false
			}
		case *parse.StringNode, *parse.NumberNode, *parse.BoolNode:
		case *parse.PipeNode:
			if len(node.Decl) > 0 || len(node.Cmds) != 1 || !c.pure(node.Cmds[0]) {
				return false
			}
		default:
			return false
		}
		if _, call := command.Args[0].(*parse.IdentifierNode); i > 0 && !call {
			return false
		}
	}
	return true
}

// pipe compiles a pipeline and the variables that it declares.
func (c *compiler) pipe(pipe *parse.PipeNode) (expression, error) {
	if pipe.IsAssign || len(pipe.Decl) > 1 {
		return nil, unknown("%s", pipe)
	}
	of, err := c.commands(pipe.Cmds)
	if err != nil || len(pipe.Decl) == 0 {
		return of, err
	}
	place := c.declare(pipe.Decl[0].Ident[0])
	return func(s *state, dot value) value {
		v := of(s, dot)
		s.variables[s.frame+place] = v
		return v
	}, nil
}

// commands compiles commands of which each is the last argument of the next. What they give is computed here if it needs no data.
func (c *compiler) commands(commands []*parse.CommandNode) (of expression, err error) {
	for _, command := range commands {
		if of, err = c.command(command.Args, of); err != nil {
			return nil, err
		}
	}
	if len(commands) == 1 && c.pure(commands[0]) {
		return computed(of), nil
	}
	return of, nil
}

// command compiles a command; last, if there is one, is one more argument.
func (c *compiler) command(args []parse.Node, last expression) (expression, error) {
	var arguments []expression
	for _, node := range args[1:] {
		argument, err := c.argument(node)
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, argument)
	}
	if last != nil {
		arguments = append(arguments, last)
	}
	switch node := args[0].(type) {
	case *parse.StringNode: // has a type here
		if len(arguments) == 0 {
			return func(*state, value) value { return value{form: text, text: node.Text} }, nil
		}
	case *parse.NilNode:
		return nil, unknown("nil as a command")
	case *parse.NumberNode:
		if n, ok := integer(node); ok && len(arguments) == 0 {
			return func(*state, value) value { return value{v: reflect.ValueOf(n)} }, nil
		}
	case *parse.IdentifierNode:
		return c.call(node.Ident, arguments)
	case *parse.FieldNode:
		return c.fields(func(_ *state, dot value) value { return dot }, node.Ident, arguments), nil
	case *parse.ChainNode:
		of, err := c.argument(node.Node)
		if err != nil {
			return nil, err
		}
		return c.fields(of, node.Field, arguments), nil
	case *parse.VariableNode:
		if len(node.Ident) > 1 {
			of, err := c.named(node.Ident[0])
			if err != nil {
				return nil, err
			}
			return c.fields(of, node.Ident[1:], arguments), nil
		}
	}
	if len(arguments) > 0 {
		return nil, unknown("arguments of %s", args[0])
	}
	return c.argument(args[0])
}

func (c *compiler) named(variable string) (expression, error) {
	place, err := c.variable(variable)
	return func(s *state, _ value) value { return s.variables[s.frame+place] }, err
}

// fields compiles fields of fields, the last one of which may be a method with arguments.
func (c *compiler) fields(of expression, names []string, arguments []expression) expression {
	for i, name := range names {
		receiver, f := of, &field{name: name, compiler: c}
		if i == len(names)-1 {
			f.arguments = arguments
		}
		of = func(s *state, dot value) value { return f.of(s, dot, receiver(s, dot)) }
	}
	return of
}

// integer gives a number that is plainly one.
func integer(node *parse.NumberNode) (n int, ok bool) {
	n, err := strconv.Atoi(node.Text)
	return n, err == nil && node.IsInt && node.Int64 == int64(n)
}

// argument compiles what stands alone.
func (c *compiler) argument(node parse.Node) (expression, error) {
	constant := func(v value) (expression, error) { return func(*state, value) value { return v }, nil }
	switch node := node.(type) {
	case *parse.DotNode:
		return func(_ *state, dot value) value { return dot }, nil
	case *parse.NilNode:
		return constant(value{})
	case *parse.StringNode:
		return constant(value{form: literal, text: node.Text, v: reflect.ValueOf(node.Text)})
	case *parse.BoolNode:
		return constant(value{v: reflect.ValueOf(node.True)})
	case *parse.NumberNode:
		if n, ok := integer(node); ok {
			return constant(value{form: number, v: reflect.ValueOf(n)})
		}
	case *parse.PipeNode:
		return c.pipe(node)
	case *parse.FieldNode, *parse.ChainNode, *parse.IdentifierNode:
		return c.command([]parse.Node{node}, nil)
	case *parse.VariableNode:
		if len(node.Ident) > 1 {
			return c.command([]parse.Node{node}, nil)
		}
		return c.named(node.Ident[0])
	}
	return nil, unknown("%s", node)
}

// call compiles a call of a function.
func (c *compiler) call(name string, arguments []expression) (expression, error) {
	function, ok := c.options.Functions[name]
	if !ok {
		return builtin(name, arguments)
	}
	call, err := c.caller(reflect.ValueOf(function), len(arguments))
	if err != nil {
		return nil, err
	}
	return func(s *state, dot value) value {
		base := len(s.arguments)
		for _, argument := range arguments {
			v := argument(s, dot) // which may make calls itself
			s.arguments = append(s.arguments, v)
		}
		result := call(s, s.arguments[base:])
		s.arguments = s.arguments[:base]
		return result
	}, nil
}
