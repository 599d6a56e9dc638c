package compiled

import (
	"bytes"
	"fmt"
	"html/template"
	"reflect"
	"text/template/parse"
)

type compiler struct {
	set     *template.Template
	options Options
	bodies  map[string]*body
	calls   map[string]Call // by the name of their type

	names []string // of variables, in the order of their declaration; "" for one out of scope
	most  int      // variables that there were at once
}

func unknown(format string, arguments ...any) error {
	return fmt.Errorf("not known: "+format, arguments...)
}

// template compiles a template by name, once.
func (c *compiler) template(name string) (*body, error) {
	if b, ok := c.bodies[name]; ok {
		return b, nil
	}
	b := &body{}
	c.bodies[name] = b // it may call itself
	root := c.tree(name)
	if root == nil {
		return nil, unknown("the template %q", name)
	}
	names, most := c.names, c.most
	c.names, c.most = []string{"$"}, 1
	defer func() { c.names, c.most = names, most }()
	run, err := c.list(root)
	b.run, b.variables = run, c.most
	return b, err
}

// declare gives the place of a new variable.
func (c *compiler) declare(name string) int {
	c.names = append(c.names, name)
	c.most = max(c.most, len(c.names))
	return len(c.names) - 1
}

func (c *compiler) variable(name string) (int, error) {
	for i := len(c.names) - 1; i >= 0; i-- {
		if c.names[i] == name {
			return i, nil
		}
	}
	return 0, unknown("the variable %s", name)
}

// list compiles nodes that follow one another. Constant ones are joined.
func (c *compiler) list(list *parse.ListNode) (action, error) {
	var actions []action
	var constant []byte
	flush := func() {
		if len(constant) > 0 {
			text := string(bytes.Clone(constant))
			actions = append(actions, func(s *state, _ value) flow { s.out = append(s.out, text...); return next })
			constant = constant[:0]
		}
	}
	if list == nil {
		return nothing, nil
	}
	for _, node := range list.Nodes {
		if text, ok := node.(*parse.TextNode); ok {
			constant = append(constant, text.Text...)
			continue
		}
		if print, ok := node.(*parse.ActionNode); ok {
			text, ok, err := c.constant(print.Pipe)
			if err != nil {
				return nil, err
			}
			if ok {
				constant = append(constant, text...)
				continue
			}
		}
		one, err := c.node(node)
		if err != nil {
			return nil, err
		}
		if one != nil {
			flush()
			actions = append(actions, one)
		}
	}
	flush()
	switch len(actions) {
	case 0:
		return nothing, nil
	case 1:
		return actions[0], nil
	}
	return func(s *state, dot value) flow {
		for _, do := range actions {
			if f := do(s, dot); f != next {
				return f
			}
		}
		return next
	}, nil
}

func nothing(*state, value) flow { return next }

// node compiles a node; nil does nothing.
func (c *compiler) node(node parse.Node) (action, error) {
	switch node := node.(type) {
	case *parse.ActionNode:
		return c.print(node.Pipe)
	case *parse.CommentNode:
		return nil, nil
	case *parse.BreakNode:
		return func(*state, value) flow { return leave }, nil
	case *parse.ContinueNode:
		return func(*state, value) flow { return skip }, nil
	case *parse.IfNode:
		return c.branch(&node.BranchNode)
	case *parse.WithNode:
		return c.branch(&node.BranchNode)
	case *parse.RangeNode:
		return c.loop(&node.BranchNode)
	case *parse.TemplateNode:
		b, err := c.template(node.Name)
		if err != nil {
			return nil, err
		}
		with := expression(func(*state, value) value { return value{} })
		if node.Pipe != nil {
			if with, err = c.pipe(node.Pipe); err != nil {
				return nil, err
			}
		}
		return func(s *state, dot value) flow { s.call(b, with(s, dot)); return next }, nil
	}
	return nil, unknown("%s", node)
}

// ways compiles the two lists of a node. What the one declares, the other does not know.
func (c *compiler) ways(node *parse.BranchNode) (then, otherwise action, err error) {
	inner := len(c.names)
	if then, err = c.list(node.List); err != nil {
		return nil, nil, err
	}
	c.names = c.names[:inner]
	otherwise, err = c.list(node.ElseList)
	return then, otherwise, err
}

// branch compiles if and with.
func (c *compiler) branch(node *parse.BranchNode) (action, error) {
	scope := len(c.names)
	defer func() { c.names = c.names[:scope] }()
	when, err := c.pipe(node.Pipe)
	if err != nil {
		return nil, err
	}
	then, otherwise, err := c.ways(node)
	if err != nil {
		return nil, err
	}
	if node.NodeType == parse.NodeWith {
		return func(s *state, dot value) flow {
			if of := when(s, dot); of.true() {
				return then(s, of)
			}
			return otherwise(s, dot)
		}, nil
	}
	return func(s *state, dot value) flow {
		if when(s, dot).true() {
			return then(s, dot)
		}
		return otherwise(s, dot)
	}, nil
}

// loop compiles range over slices and arrays.
func (c *compiler) loop(node *parse.BranchNode) (action, error) {
	scope := len(c.names)
	defer func() { c.names = c.names[:scope] }()
	if node.Pipe.IsAssign {
		return nil, unknown("%s", node.Pipe)
	}
	over, err := c.commands(node.Pipe.Cmds)
	if err != nil {
		return nil, err
	}
	index, element := -1, -1
	for i, variable := range node.Pipe.Decl {
		place := c.declare(variable.Ident[0])
		if element = place; len(node.Pipe.Decl) == 2 && i == 0 {
			index, element = place, -1
		}
	}
	each, otherwise, err := c.ways(node)
	if err != nil {
		return nil, err
	}
	return func(s *state, dot value) flow {
		v := over(s, dot)
		list := v.v
		for list.Kind() == reflect.Pointer || list.Kind() == reflect.Interface {
			list = list.Elem()
		}
		if v.form != thing || list.Kind() != reflect.Slice && list.Kind() != reflect.Array {
			giveUp()
		}
		n := list.Len()
		if n == 0 {
			return otherwise(s, dot)
		}
		for i := range n {
			one := reflected(list.Index(i))
			if index >= 0 {
				s.variables[s.frame+index] = value{v: reflect.ValueOf(i)}
			}
			if element >= 0 {
				s.variables[s.frame+element] = one
			}
			if each(s, one) == leave {
				break
			}
		}
		return next
	}, nil
}
