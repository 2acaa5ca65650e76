package program

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

var (
	// assigning are commands that change the variables that their words name.
	assigning = []string{"builtin", "command", "export", "getopts", "let", "mapfile", "printf", "read", "readarray", "unset"}
	// changing are commands that change what other commands or later assignments mean.
	changing = []string{"alias", "declare", "enable", "local", "readonly", "shopt", "typeset", "unalias"}
)

// forget drops the values of variables that commands assign which may or may not run. What runs in a process of its
// own changes no variable of the script.
func (s *script) forget(node syntax.Node) {
	syntax.Walk(node, func(inner syntax.Node) bool {
		if !s.work.spend(1) {
			return false
		}
		switch inner := inner.(type) {
		case *syntax.Subshell, *syntax.ProcSubst:
			return false
		case *syntax.CmdSubst:
			if inner.TempFile || inner.ReplyVar {
				s.scope.forgetAll()
			}
			return false
		case *syntax.CallExpr:
			for _, assign := range inner.Assigns {
				s.scope.forget(assign.Name.Value)
			}
			s.forgetAssigned(s.constants(inner.Args))
		case *syntax.DeclClause:
			s.forgetDeclared(inner)
		case *syntax.WordIter:
			s.scope.forget(inner.Name.Value)
		case *syntax.CoprocClause:
			s.scope.forgetAll()
		default:
			s.forgetExpanded(inner)
		}
		return true
	})
}

// forgetIn drops the values of variables that the expansion of words assigns.
func (s *script) forgetIn(words ...*syntax.Word) {
	for _, word := range words {
		if word != nil {
			s.forget(word)
		}
	}
}

func (s *script) forgetExpanded(node syntax.Node) {
	switch node := node.(type) {
	case *syntax.ParamExp:
		if node.Exp != nil && node.Param != nil && (node.Exp.Op == syntax.AssignUnset || node.Exp.Op == syntax.AssignUnsetOrNull) {
			s.scope.forget(node.Param.Value)
		}
	case *syntax.UnaryArithm:
		if node.Op == syntax.Inc || node.Op == syntax.Dec {
			s.forgetOperand(node.X)
		}
	case *syntax.BinaryArithm:
		if isAssignment(node.Op) {
			s.forgetOperand(node.X)
		}
	case *syntax.Redirect:
		if node.N != nil && strings.HasPrefix(node.N.Value, "{") {
			s.scope.forget(strings.Trim(node.N.Value, "{}"))
		}
	}
}

func isAssignment(operator syntax.BinAritOperator) bool {
	text := operator.String()
	return strings.HasSuffix(text, "=") && !slices.Contains([]string{"==", "!=", "<=", ">="}, text)
}

func (s *script) forgetOperand(operand syntax.ArithmExpr) {
	if word, isWord := operand.(*syntax.Word); isWord && word.Lit() != "" {
		s.scope.forget(word.Lit())
	} else {
		s.scope.forgetAll()
	}
}

func (s *script) forgetDeclared(clause *syntax.DeclClause) {
	s.scope.isOpaque = s.scope.isOpaque || clause.Variant.Value != "export"
	for _, assign := range clause.Args {
		if assign.Name == nil {
			s.scope.forgetAll()
		} else if !assign.Naked {
			s.scope.forget(assign.Name.Value)
		}
	}
}

// forgetAssigned drops the values of variables that a command may assign.
func (s *script) forgetAssigned(list []string) {
	switch {
	case len(list) == 0:
	case environment.IsUnknown(list[0]):
		s.scope.forgetAll()
	case slices.Contains(changing, list[0]):
		s.scope.isOpaque = true
	case list[0] == "printf" && (len(list) < 3 || list[1] != "-v" && !environment.IsUnknown(list[1])):
	case slices.Contains(assigning, list[0]):
		for _, word := range list[1:] {
			if environment.IsUnknown(word) {
				s.scope.forgetAll()
				return
			}
			name, _, _ := strings.Cut(word, "=")
			s.scope.forget(name)
		}
	}
}
