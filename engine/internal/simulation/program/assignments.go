package program

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// assign follows assignments without a command. Their exit code is that of the last $(…) in them.
func (s *script) assign(assigns []*syntax.Assign) {
	status := exits(0, 0)
	for _, assign := range assigns {
		s.substituted = nil
		s.assignOne(assign, false)
		if s.substituted != nil {
			status = *s.substituted
		}
	}
	s.finish(status)
}

func (s *script) assignOne(assign *syntax.Assign, isExported bool) {
	name := assign.Name.Value
	value := s.text(assign.Value)
	if !isSimple(assign) {
		value = environment.Unknown
	}
	if isExported {
		s.scope.set(name, variable{value: value, isExported: true})
	} else {
		s.scope.assign(name, value)
	}
}

// isSimple reports NAME=VALUE, without += or an array.
func isSimple(assign *syntax.Assign) bool {
	return !assign.Append && !assign.Naked && assign.Index == nil && assign.Array == nil
}

// environmentOf returns the variables of a program that a command starts.
func (s *script) environmentOf(assigns []*syntax.Assign) func(name string) (string, bool) {
	variables := s.scope.child()
	for _, assign := range assigns {
		variables.set(assign.Name.Value, variable{value: s.text(assign.Value), isExported: true})
		if !isSimple(assign) {
			variables.forget(assign.Name.Value)
		}
	}
	return variables.exported
}

// declare follows export. Other declarations may give a variable attributes that change its values.
func (s *script) declare(clause *syntax.DeclClause) {
	s.setStatus(0)
	if clause.Variant.Value != "export" {
		s.scope.isOpaque = true
		return
	}
	for _, assign := range clause.Args {
		switch {
		case assign.Name == nil:
			// An option, or the names of variables in a variable.
			s.scope.forgetAll()
		case assign.Naked:
			s.scope.set(assign.Name.Value, variable{value: s.scope.get(assign.Name.Value).value, isExported: true})
		default:
			s.assignOne(assign, true)
			if !s.isBash && isExpansion(assign.Value) && strings.ContainsAny(s.scope.get(assign.Name.Value).value, blanks+unsafe) {
				// Some shells split the value into words.
				s.scope.forgetAll()
			}
		}
	}
}

// isExpansion reports a word with an expansion that is not quoted.
func isExpansion(word *syntax.Word) bool {
	if word == nil {
		return false
	}
	for _, part := range word.Parts {
		switch part.(type) {
		case *syntax.Lit, *syntax.SglQuoted, *syntax.DblQuoted:
		default:
			return true
		}
	}
	return false
}
