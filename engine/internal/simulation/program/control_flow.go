package program

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

func (s *script) binary(binary *syntax.BinaryCmd) {
	switch binary.Op {
	case syntax.AndStmt, syntax.OrStmt:
		s.statement(binary.X)
		switch {
		case s.isOver():
		case !s.hasStatus:
			s.undecided(binary.Y)
		case (s.status == 0) == (binary.Op == syntax.AndStmt):
			s.statement(binary.Y)
		}
	case syntax.Pipe, syntax.PipeAll:
		first, last := s.apart([]*syntax.Stmt{binary.X}), s.apart([]*syntax.Stmt{binary.Y})
		switch {
		case first.RunsOn && !last.Known, last.RunsOn:
			s.runsOn = true
		case !last.Known:
			s.hasStatus = false
		default:
			// The pipe ends when both programs have ended.
			last.Takes = max(last.Takes, first.Takes)
			last.RunsOn = first.RunsOn
			s.finish(last)
		}
	default:
		s.undecided(binary)
	}
}

func (s *script) branch(clause *syntax.IfClause) {
	if len(clause.Cond) == 0 {
		// The else branch.
		s.run(clause.Then)
		return
	}
	s.condition(clause.Cond)
	switch {
	case s.isOver():
	case !s.hasStatus:
		s.undecided(clause)
	case s.status == 0:
		s.run(clause.Then)
	case clause.Else != nil:
		s.branch(clause.Else)
	default:
		s.setStatus(0)
	}
}

// condition runs commands whose failure does not end the script.
func (s *script) condition(list []*syntax.Stmt) {
	errexit := s.errexit
	s.errexit = false
	s.run(list)
	s.errexit = errexit
}

func (s *script) loop(loop *syntax.WhileClause) {
	s.condition(loop.Cond)
	switch {
	case s.isOver():
	case !s.hasStatus:
		// A loop that waits for something is assumed to find it.
		s.undecided(loop)
	case (s.status == 0) == loop.Until:
		s.setStatus(0)
	case endsScript(loop):
		s.isUnknown = true
	default:
		s.runsOn = true
	}
}

// undecided skips commands that may run or not: they do not matter unless they can end the script.
func (s *script) undecided(node syntax.Node) {
	s.hasStatus = false
	s.isUnknown = s.isUnknown || endsScript(node) || !isLoop(node) && staysIn(node)
}

func isLoop(node syntax.Node) bool {
	switch node.(type) {
	case *syntax.WhileClause, *syntax.ForClause:
		return true
	}
	return false
}

// endsScript reports a command that leaves a loop or ends the script.
func endsScript(node syntax.Node) bool {
	return callsAny(node, func(list []string) bool {
		return slices.Contains([]string{"exit", "return", "exec", "break", "continue", "eval", ".", "source", "kill"}, list[0])
	})
}

// staysIn reports a program that does not end.
func staysIn(node syntax.Node) bool {
	return callsAny(node, func(list []string) bool { return Of(list).RunsOn }) ||
		contains(node, func(inner syntax.Node) bool {
			_, is := inner.(*syntax.WhileClause)
			return is
		})
}

func callsAny(node syntax.Node, is func(words []string) bool) bool {
	return contains(node, func(inner syntax.Node) bool {
		call, isCall := inner.(*syntax.CallExpr)
		if !isCall {
			return false
		}
		list, _ := words(call.Args)
		return len(list) > 0 && is(list)
	})
}
