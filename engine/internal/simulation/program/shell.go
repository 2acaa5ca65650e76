package program

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// ofShell is a shell's effect: of the script after -c, or of its standard input.
func ofShell(args []string, hasInput bool) Effect {
	script := &script{}
	for index := 0; index < len(args); index++ {
		arg := args[index]
		switch {
		case arg == "-o" || arg == "+o":
			index++
			script.set(arg, at(args, index))
		case strings.HasPrefix(arg, "--"):
			if arg == "--" {
				return Effect{}
			}
		case strings.HasPrefix(arg, "-") && strings.Contains(arg, "c"):
			script.errexit = script.errexit || strings.Contains(arg, "e")
			return script.ofText(at(args, index+1))
		case strings.HasPrefix(arg, "-"):
			script.errexit = script.errexit || strings.Contains(arg, "e")
		default:
			// A file, which is in the image.
			return Effect{}
		}
	}
	return ofReader(nil, hasInput)
}

func at(args []string, index int) string {
	if index < len(args) {
		return args[index]
	}
	return ""
}

func (s *script) ofText(text string) Effect {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil || definesFunction(file) {
		return Effect{}
	}
	s.run(file.Stmts)
	switch {
	case s.isUnknown:
		return Effect{}
	case s.runsOn:
		return runsOn()
	case !s.hasStatus:
		return Effect{}
	}
	return exits(s.status, s.elapsed)
}

// A function may end the script wherever it is called.
func definesFunction(file *syntax.File) bool {
	return contains(file, func(node syntax.Node) bool {
		_, isFunction := node.(*syntax.FuncDecl)
		return isFunction
	})
}

func contains(root syntax.Node, is func(syntax.Node) bool) bool {
	found := false
	syntax.Walk(root, func(node syntax.Node) bool {
		found = found || node != nil && is(node)
		return !found
	})
	return found
}

// words returns a command's words; ok is false when one is not a constant.
func words(args []*syntax.Word) (list []string, ok bool) {
	for _, arg := range args {
		text, isConstant := constant(arg.Parts)
		if !isConstant {
			return list, false
		}
		list = append(list, text)
	}
	return list, true
}

func constant(parts []syntax.WordPart) (string, bool) {
	var text strings.Builder
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			text.WriteString(part.Value)
		case *syntax.SglQuoted:
			text.WriteString(part.Value)
		case *syntax.DblQuoted:
			inner, isConstant := constant(part.Parts)
			if !isConstant {
				return "", false
			}
			text.WriteString(inner)
		default:
			return "", false
		}
	}
	return text.String(), true
}
