package program

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// arithmetic evaluates an expression with the operators that all shells have; ok is false for anything else, such as
// an assignment. All parts must be known, also those that do not matter: a shell ends at a value that is not a number.
func (s *script) arithmetic(node syntax.ArithmExpr) (number int64, ok bool) {
	if !s.work.spend(1) {
		return 0, false
	}
	switch node := node.(type) {
	case *syntax.Word:
		return s.operand(node)
	case *syntax.ParenArithm:
		return s.arithmetic(node.X)
	case *syntax.UnaryArithm:
		number, ok = s.arithmetic(node.X)
		switch node.Op {
		case syntax.Not:
			return oneIf(number == 0), ok
		case syntax.Minus:
			return -number, ok
		case syntax.Plus:
			return number, ok
		}
	case *syntax.BinaryArithm:
		return s.binaryArithmetic(node)
	}
	return 0, false
}

func (s *script) binaryArithmetic(node *syntax.BinaryArithm) (number int64, ok bool) {
	left, isLeft := s.arithmetic(node.X)
	if branches, isTernary := node.Y.(*syntax.BinaryArithm); isTernary && node.Op == syntax.TernQuest {
		first, isFirst := s.arithmetic(branches.X)
		second, isSecond := s.arithmetic(branches.Y)
		if left == 0 {
			first = second
		}
		return first, isLeft && isFirst && isSecond
	}
	right, isRight := s.arithmetic(node.Y)
	switch node.Op {
	case syntax.AndArit:
		number, ok = oneIf(left != 0 && right != 0), true
	case syntax.OrArit:
		number, ok = oneIf(left != 0 || right != 0), true
	case syntax.Quo, syntax.Rem:
		s.isUnknown = s.isUnknown || isRight && right == 0
		number, ok = calculate(node.Op.String(), left, right)
	case syntax.Assgn:
	default:
		number, ok = calculate(node.Op.String(), left, right)
	}
	return number, ok && isLeft && isRight
}

// operand is a number, or the value of a variable. At a value that is not a number, some shells end.
func (s *script) operand(word *syntax.Word) (number int64, ok bool) {
	name := word.Lit()
	isName := syntax.ValidName(name)
	text := s.text(word)
	if isName {
		text = s.value(name)
	}
	number, ok = integer(text)
	if !isName && strings.HasPrefix(text, "-") {
		// The minus sign of a value may join the operator before it.
		ok = false
	}
	s.isUnknown = s.isUnknown || !ok && !environment.IsUnknown(text)
	return number, ok
}
