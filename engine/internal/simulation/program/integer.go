package program

import (
	"strconv"
	"strings"
)

// maxInteger is the largest integer that scripts are followed with. Sums of two of them do not overflow.
const maxInteger = 1_000_000_000_000_000_000

// integer reads a number that every program reads alike: decimal, without leading zeros or a plus sign.
func integer(text string) (int64, bool) {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(number, 10) != text {
		return 0, false
	}
	return bounded(number)
}

func bounded(number int64) (int64, bool) {
	return number, number > -maxInteger && number < maxInteger
}

// calculate returns the result of an operator of shells and expr on two integers; ok is false for an unknown
// operator, a division by zero, and a result that is too large.
func calculate(operator string, left, right int64) (result int64, ok bool) {
	switch operator {
	case "+":
		return bounded(left + right)
	case "-":
		return bounded(left - right)
	case "*":
		if left != 0 && left*right/left != right {
			return 0, false
		}
		return bounded(left * right)
	case "/":
		if right == 0 {
			return 0, false
		}
		return left / right, true
	case "%":
		if right == 0 {
			return 0, false
		}
		return left % right, true
	}
	isTrue, ok := compare(operator, left, right)
	return oneIf(isTrue), ok
}

func compare(operator string, left, right int64) (isTrue, ok bool) {
	switch operator {
	case "==", "=", "-eq":
		return left == right, true
	case "!=", "-ne":
		return left != right, true
	case "<", "-lt":
		return left < right, true
	case "<=", "-le":
		return left <= right, true
	case ">", "-gt":
		return left > right, true
	case ">=", "-ge":
		return left >= right, true
	}
	return false, false
}

func oneIf(isTrue bool) int64 {
	if isTrue {
		return 1
	}
	return 0
}

// ofExpr returns what expr writes about two integers, and its effect.
func ofExpr(args []string) (text string, effect Effect) {
	if len(args) != 3 || strings.HasPrefix(args[1], "-") && args[1] != "-" {
		return "", Effect{}
	}
	left, isLeft := integer(args[0])
	right, isRight := integer(args[2])
	result, isKnown := calculate(args[1], left, right)
	switch {
	case !isLeft || !isRight || !isKnown:
		return "", Effect{}
	case result == 0:
		return "0", exits(codeFailure, 0)
	}
	return strconv.FormatInt(result, 10), exits(0, 0)
}
