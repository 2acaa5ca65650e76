package reads

import (
	"strconv"
	"text/template/parse"
)

// frame is a template that is followed.
type frame struct {
	*analysis
	variables []variable
	// assignments counts those to variables and dictionaries.
	assignments int
}

type variable struct {
	name  string
	value value
}

// How many levels of dictionaries distinguish two calls of a template.
const fingerprintDepth = 6

// follow follows a template once for all data that look the same.
func (a *analysis) follow(t *template, data value) {
	key := strconv.Itoa(t.id) + " " + fingerprint(data, fingerprintDepth)
	if a.known[key] {
		return
	}
	a.known[key] = true
	f := &frame{analysis: a, variables: []variable{{"$", data}}}
	f.walk(data, t.root)
}

func (f *frame) walk(dot value, node parse.Node) {
	if f.steps++; f.steps > maxSteps {
		return
	}
	switch node := node.(type) {
	case *parse.ListNode:
		if node == nil {
			return
		}
		for _, each := range node.Nodes {
			f.walk(dot, each)
		}
	case *parse.ActionNode:
		result := f.pipe(dot, node.Pipe)
		if len(node.Pipe.Decl) == 0 {
			f.record.mark(result, true)
		}
	case *parse.IfNode:
		defer f.leave(len(f.variables))
		f.record.mark(f.pipe(dot, node.Pipe), false)
		f.block(dot, node.List)
		f.block(dot, node.ElseList)
	case *parse.WithNode:
		defer f.leave(len(f.variables))
		inner := f.pipe(dot, node.Pipe)
		f.record.mark(inner, false)
		f.block(inner, node.List)
		f.block(dot, node.ElseList)
	case *parse.RangeNode:
		f.loop(dot, node)
	case *parse.TemplateNode:
		var data value
		if node.Pipe != nil {
			data = f.pipe(dot, node.Pipe)
		}
		f.call(node.Name, data)
	}
}

func (f *frame) block(dot value, list *parse.ListNode) {
	defer f.leave(len(f.variables))
	f.walk(dot, list)
}

func (f *frame) loop(dot value, node *parse.RangeNode) {
	defer f.leave(len(f.variables))
	ranged := f.evaluate(dot, node.Pipe)
	f.record.mark(ranged, false)
	items := f.elements(ranged)
	if declared := node.Pipe.Decl; len(declared) > 0 {
		if len(declared) > 1 {
			f.declare(declared[0].Ident[0], nil)
		}
		f.declare(declared[len(declared)-1].Ident[0], items)
	}
	before := f.assignments
	f.block(items, node.List)
	// What one turn assigns, the next one reads.
	if f.assignments != before {
		f.block(items, node.List)
	}
	f.block(dot, node.ElseList)
}

func (f *frame) leave(count int) { f.variables = f.variables[:count] }

func (f *frame) declare(name string, v value) {
	f.variables = append(f.variables, variable{name, v})
}

// assign adds to what the variable may be: whether the assignment happens is not known.
func (f *frame) assign(name string, v value) {
	for i := len(f.variables) - 1; i >= 0; i-- {
		if f.variables[i].name == name {
			f.variables[i].value = join(f.variables[i].value, v)
			f.assignments++
			return
		}
	}
}

func (f *frame) variable(name string) value {
	for i := len(f.variables) - 1; i >= 0; i-- {
		if f.variables[i].name == name {
			return f.variables[i].value
		}
	}
	return nil
}

// pipe evaluates a pipeline and declares its variables.
func (f *frame) pipe(dot value, pipe *parse.PipeNode) value {
	result := f.evaluate(dot, pipe)
	for _, declared := range pipe.Decl {
		if pipe.IsAssign {
			f.assign(declared.Ident[0], result)
		} else {
			f.declare(declared.Ident[0], result)
		}
	}
	return result
}

func (f *frame) evaluate(dot value, pipe *parse.PipeNode) value {
	var result value
	for i, command := range pipe.Cmds {
		result = f.command(dot, command, result, i > 0)
	}
	return result
}

// command evaluates a command of a pipeline; piped is the result of the command before it.
func (f *frame) command(dot value, command *parse.CommandNode, piped value, isPiped bool) value {
	arguments := []value{}
	for _, each := range command.Args[1:] {
		arguments = append(arguments, f.argument(dot, each))
	}
	if isPiped {
		arguments = append(arguments, piped)
	}
	if name, isFunction := command.Args[0].(*parse.IdentifierNode); isFunction {
		return f.function(name.Ident, arguments)
	}
	// The arguments of a method, such as .Files.Get.
	for _, each := range arguments {
		f.record.mark(each, true)
	}
	return f.argument(dot, command.Args[0])
}

func (f *frame) argument(dot value, node parse.Node) value {
	f.steps++
	switch node := node.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return f.fields(dot, node.Ident)
	case *parse.VariableNode:
		return f.fields(f.variable(node.Ident[0]), node.Ident[1:])
	case *parse.ChainNode:
		return f.fields(f.argument(dot, node.Node), node.Field)
	case *parse.PipeNode:
		return f.pipe(dot, node)
	case *parse.IdentifierNode:
		return f.function(node.Ident, nil)
	case *parse.StringNode:
		return value{text{node.Text, true}}
	}
	return nil
}
