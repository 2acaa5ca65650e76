package service

import (
	"strings"
	"text/template/parse"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

// looksBeyond says whether a template of the chart or of its sub-charts looks up objects outside the
// namespace of the release: with an empty or a literal namespace, or with an expression that does not
// name a namespace.
func looksBeyond(chart *chartv2.Chart) bool {
	for _, file := range chart.Templates {
		if templateLooksBeyond(string(file.Data)) {
			return true
		}
	}
	for _, dependency := range chart.Dependencies() {
		if looksBeyond(dependency) {
			return true
		}
	}
	return false
}

func templateLooksBeyond(text string) bool {
	if !strings.Contains(text, "lookup") {
		return false
	}
	trees := map[string]*parse.Tree{}
	tree := parse.New("template")
	tree.Mode = parse.SkipFuncCheck
	parsed, err := tree.Parse(text, "", "", trees)
	if err != nil {
		// It does not render either.
		return false
	}
	if nodeLooksBeyond(parsed.Root) {
		return true
	}
	for _, definition := range trees {
		if nodeLooksBeyond(definition.Root) {
			return true
		}
	}
	return false
}

func nodeLooksBeyond(node parse.Node) bool {
	switch node := node.(type) {
	case *parse.ListNode:
		return node != nil && anyLooksBeyond(node.Nodes)
	case *parse.ActionNode:
		return nodeLooksBeyond(node.Pipe)
	case *parse.IfNode:
		return branchLooksBeyond(&node.BranchNode)
	case *parse.RangeNode:
		return branchLooksBeyond(&node.BranchNode)
	case *parse.WithNode:
		return branchLooksBeyond(&node.BranchNode)
	case *parse.TemplateNode:
		return nodeLooksBeyond(node.Pipe)
	case *parse.PipeNode:
		if node == nil {
			return false
		}
		for _, command := range node.Cmds {
			if commandLooksBeyond(command) {
				return true
			}
		}
	case *parse.ChainNode:
		return nodeLooksBeyond(node.Node)
	}
	return false
}

func branchLooksBeyond(branch *parse.BranchNode) bool {
	return nodeLooksBeyond(branch.Pipe) || nodeLooksBeyond(branch.List) || nodeLooksBeyond(branch.ElseList)
}

func anyLooksBeyond(nodes []parse.Node) bool {
	for _, node := range nodes {
		if nodeLooksBeyond(node) {
			return true
		}
	}
	return false
}

// The arguments of lookup are apiVersion, kind, namespace and name.
const namespaceArgument = 3

func commandLooksBeyond(command *parse.CommandNode) bool {
	if anyLooksBeyond(command.Args) {
		return true
	}
	name, isName := command.Args[0].(*parse.IdentifierNode)
	if !isName || name.Ident != "lookup" {
		return false
	}
	if len(command.Args) <= namespaceArgument {
		return true
	}
	namespace := command.Args[namespaceArgument]
	_, isLiteral := namespace.(*parse.StringNode)
	return isLiteral || !strings.Contains(strings.ToLower(namespace.String()), "namespace")
}
