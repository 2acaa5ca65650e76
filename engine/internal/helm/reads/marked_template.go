package reads

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
)

// markedTemplate is a template with its definitions, to which calls are added.
type markedTemplate struct {
	*marker
	name, text string
	// before is the number of reads in other templates.
	before int
	// tested are the names of files and variables in conditions: the template expects that they may be empty.
	tested map[string]bool
}

// tests are functions of which a text may be empty.
var tests = []string{"and", "coalesce", "default", "empty", "len", "not", "or", "required", "ternary"}

var readers = []string{"Get", "GetBytes", "Glob", "Lines"}

func quote(text string) string { return strconv.Quote(text) }

// findTested collects what conditions and defaults mention.
func (t *markedTemplate) findTested(node parse.Node) {
	visit(node, func(node parse.Node) {
		switch node := node.(type) {
		case *parse.IfNode:
			t.addTested(node.Pipe)
		case *parse.WithNode:
			t.addTested(node.Pipe)
		case *parse.PipeNode:
			if slices.ContainsFunc(node.Cmds, isTest) {
				t.addTested(node)
			}
		}
	})
}

func isTest(command *parse.CommandNode) bool {
	function, isFunction := command.Args[0].(*parse.IdentifierNode)
	return isFunction && slices.Contains(tests, function.Ident)
}

func (t *markedTemplate) addTested(pipe *parse.PipeNode) {
	visit(pipe, func(node parse.Node) {
		switch node := node.(type) {
		case *parse.StringNode:
			t.tested[node.Text] = true
		case *parse.VariableNode:
			t.tested[node.Ident[0]] = true
		}
	})
}

// list adds a call before each node of the list that reads a missing file.
func (t *markedTemplate) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	nodes := []parse.Node{}
	for _, node := range list.Nodes {
		var pipe *parse.PipeNode
		switch node := node.(type) {
		case *parse.ActionNode:
			pipe = node.Pipe
		case *parse.TemplateNode:
			pipe = node.Pipe
		case *parse.RangeNode:
			pipe = node.Pipe
			t.list(node.List)
			t.list(node.ElseList)
		case *parse.IfNode:
			t.list(node.List)
			t.list(node.ElseList)
		case *parse.WithNode:
			t.list(node.List)
			t.list(node.ElseList)
		}
		if pipe != nil {
			nodes = append(nodes, t.calls(pipe)...)
		}
		nodes = append(nodes, node)
	}
	list.Nodes = nodes
}

// calls are the calls before a node with the pipeline.
func (t *markedTemplate) calls(pipe *parse.PipeNode) []parse.Node {
	for _, declared := range pipe.Decl {
		if t.tested[declared.Ident[0]] {
			return nil
		}
	}
	var calls []parse.Node
	visit(pipe, func(node parse.Node) {
		command, isCommand := node.(*parse.CommandNode)
		if !isCommand || len(command.Args) != 2 {
			return
		}
		name, isLiteral := command.Args[1].(*parse.StringNode)
		method := methodOfFiles(command.Args[0])
		if !isLiteral || method == "" || t.tested[name.Text] || !t.isMissing(name.Text, method == "Glob") {
			return
		}
		line := 1 + strings.Count(t.text[:min(int(name.Pos), len(t.text))], "\n")
		call := fmt.Sprintf("{{%s %d}}", t.function, len(t.reads))
		calls = append(calls, &parse.TextNode{NodeType: parse.NodeText, Text: []byte(call)})
		t.reads = append(t.reads, FileRead{Name: name.Text, IsPattern: method == "Glob", Template: t.name, Line: line})
	})
	return calls
}

// methodOfFiles is the method of .Files that a node calls, or an empty text.
func methodOfFiles(node parse.Node) string {
	var names []string
	switch node := node.(type) {
	case *parse.FieldNode:
		names = node.Ident
	case *parse.VariableNode:
		names = node.Ident
	case *parse.ChainNode:
		names = node.Field
	}
	count := len(names)
	if count < 2 || names[count-2] != "Files" || !slices.Contains(readers, names[count-1]) {
		return ""
	}
	return names[count-1]
}

// visit calls do for a node and all nodes in it.
func visit(node parse.Node, do func(parse.Node)) {
	do(node)
	switch node := node.(type) {
	case *parse.ListNode:
		for _, each := range node.Nodes {
			visit(each, do)
		}
	case *parse.ActionNode:
		visit(node.Pipe, do)
	case *parse.TemplateNode:
		if node.Pipe != nil {
			visit(node.Pipe, do)
		}
	case *parse.IfNode:
		visitBranch(&node.BranchNode, do)
	case *parse.WithNode:
		visitBranch(&node.BranchNode, do)
	case *parse.RangeNode:
		visitBranch(&node.BranchNode, do)
	case *parse.PipeNode:
		for _, each := range node.Cmds {
			visit(each, do)
		}
	case *parse.CommandNode:
		for _, each := range node.Args {
			visit(each, do)
		}
	case *parse.ChainNode:
		visit(node.Node, do)
	}
}

func visitBranch(node *parse.BranchNode, do func(parse.Node)) {
	visit(node.Pipe, do)
	visit(node.List, do)
	if node.ElseList != nil {
		visit(node.ElseList, do)
	}
}
