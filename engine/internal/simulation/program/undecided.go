package program

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

// undecided skips commands that may run or not: they do not matter unless they can end the script, or assign variables.
func (s *script) undecided(node syntax.Node) {
	s.hasStatus = false
	s.forget(node)
	s.isUnknown = s.isUnknown || s.endsScript(node) || !isLoop(node) && s.staysIn(node)
}

func isLoop(node syntax.Node) bool {
	switch node.(type) {
	case *syntax.WhileClause, *syntax.ForClause:
		return true
	}
	return false
}

// endsScript reports a command that leaves a loop or ends the script.
func (s *script) endsScript(node syntax.Node) bool {
	return s.callsAny(node, func(list []string) bool {
		return slices.Contains([]string{"exit", "return", "exec", "break", "continue", "eval", ".", "source", "kill"}, list[0])
	})
}

// staysIn reports a program that does not end.
func (s *script) staysIn(node syntax.Node) bool {
	return s.callsAny(node, func(list []string) bool {
		return process{variable: s.scope.exported, work: s.work, depth: s.depth}.run(list).RunsOn
	}) || s.contains(node, func(inner syntax.Node) bool {
		_, is := inner.(*syntax.WhileClause)
		return is
	})
}

func (s *script) callsAny(node syntax.Node, is func(words []string) bool) bool {
	return s.contains(node, func(inner syntax.Node) bool {
		call, isCall := inner.(*syntax.CallExpr)
		if !isCall {
			return false
		}
		list := s.constants(call.Args)
		return len(list) > 0 && is(list)
	})
}
