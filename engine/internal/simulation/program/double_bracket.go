package program

import (
	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// doubleBracket evaluates an expression in [[ ]]; ok is false when it is not known.
func (s *script) doubleBracket(node syntax.TestExpr) (isTrue, ok bool) {
	switch node := node.(type) {
	case *syntax.Word:
		text := s.text(node)
		return text != "", !environment.IsUnknown(text)
	case *syntax.ParenTest:
		return s.doubleBracket(node.X)
	case *syntax.UnaryTest:
		switch node.Op {
		case syntax.TsNot:
			isTrue, ok = s.doubleBracket(node.X)
			return !isTrue, ok
		case syntax.TsNempStr:
			return s.doubleBracket(node.X)
		case syntax.TsEmpStr:
			isTrue, ok = s.doubleBracket(node.X)
			return !isTrue, ok
		}
	case *syntax.BinaryTest:
		return s.binaryTest(node)
	}
	return false, false
}

func (s *script) binaryTest(node *syntax.BinaryTest) (isTrue, ok bool) {
	if node.Op == syntax.AndTest || node.Op == syntax.OrTest {
		isTrue, ok = s.doubleBracket(node.X)
		if !ok || isTrue == (node.Op == syntax.OrTest) {
			return isTrue, ok
		}
		return s.doubleBracket(node.Y)
	}
	left, isLeft := node.X.(*syntax.Word)
	right, isRight := node.Y.(*syntax.Word)
	if !isLeft || !isRight {
		return false, false
	}
	text := s.text(left)
	if environment.IsUnknown(text) {
		return false, false
	}
	switch node.Op {
	case syntax.TsMatch, syntax.TsMatchShort, syntax.TsNoMatch:
		pattern, isKnown := s.pattern(right)
		if !isKnown {
			return false, false
		}
		isTrue, ok = pattern.matches(s.work, text)
		return isTrue == (node.Op != syntax.TsNoMatch), ok
	}
	operand := s.text(right)
	if environment.IsUnknown(operand) {
		return false, false
	}
	return testTwo(text, node.Op.String(), operand, true)
}
