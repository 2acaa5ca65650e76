package program

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// ownRules are shells that split words or calculate in their own way.
var ownRules = []string{"ksh", "zsh"}

// openers are texts with which commands, words and expressions in each other begin.
var openers = []string{"(", "{", "`", "!", "|", "&", "?", "if", "for", "case", "while", "until"}

// maxOpeners is more than scripts of 64 KiB have that people write.
const maxOpeners = 4096

// ofShell is a shell's effect: of the script after -c, or of its standard input.
func (p process) ofShell(name string, args []string) Effect {
	script := &script{
		isBash: name == "bash", work: p.work, depth: p.depth, scope: &scope{inherited: p.variable, work: p.work},
	}
	script.scope.isOpaque = slices.Contains(ownRules, name) || hasStartup(p.variable)
	for index := 0; index < len(args); index++ {
		arg := args[index]
		switch {
		case arg == "+o":
			index++
			script.set(arg, at(args, index))
		case strings.HasPrefix(arg, "--"):
			if arg == "--" {
				return Effect{}
			}
			// Files of the image, such as a profile, may set variables.
			script.scope.isOpaque = true
		case strings.HasPrefix(arg, "-"):
			script.scope.isOpaque = script.scope.isOpaque || strings.ContainsAny(arg, "liO")
			hasValue := strings.ContainsAny(arg, "oO")
			if script.set(arg, at(args, index+1)); hasValue {
				index++
			}
			if strings.Contains(arg, "c") {
				return script.ofText(at(args, index+1))
			}
		default:
			// A file, which is in the image.
			return Effect{}
		}
	}
	return p.ofReader(nil)
}

func at(args []string, index int) string {
	if index < len(args) {
		return args[index]
	}
	return ""
}

func (s *script) ofText(text string) Effect {
	if len(text) > maxText || isNestedDeeply(text) || !s.work.spend(len(text)) {
		return Effect{}
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil || s.definesFunction(file) {
		return Effect{}
	}
	s.run(file.Stmts)
	switch {
	case s.isUnknown || s.work.left < 0:
		return Effect{}
	case s.runsOn:
		return runsOn()
	case !s.hasStatus:
		return Effect{}
	}
	return exits(s.status, s.elapsed)
}

// isNestedDeeply reports a script that may need much memory to be parsed, as every level is a call of the parser.
func isNestedDeeply(text string) bool {
	count := 0
	for _, opener := range openers {
		count += strings.Count(text, opener)
	}
	return count > maxOpeners
}

// A function may end the script wherever it is called.
func (s *script) definesFunction(file *syntax.File) bool {
	return s.contains(file, func(node syntax.Node) bool {
		_, isFunction := node.(*syntax.FuncDecl)
		return isFunction
	})
}

// contains reports a node below root, or root itself.
func (s *script) contains(root syntax.Node, is func(syntax.Node) bool) bool {
	found := false
	syntax.Walk(root, func(node syntax.Node) bool {
		found = found || node != nil && is(node)
		return !found && s.work.spend(1)
	})
	return found
}
