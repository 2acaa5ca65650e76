package program

import (
	"slices"
	"strings"

	"seatrial/engine/internal/simulation/environment"
)

// ofTest returns the effect of test or [. Only some shells know the operator ==.
func ofTest(name string, args []string, isBash bool) Effect {
	if name == "[" {
		last := len(args) - 1
		if last < 0 || args[last] != "]" {
			return Effect{}
		}
		args = args[:last]
	}
	if slices.ContainsFunc(args, environment.IsUnknown) {
		return Effect{}
	}
	isTrue, ok := testAny(args, isBash)
	switch {
	case !ok:
		return Effect{}
	case isTrue:
		return exits(0, 0)
	}
	return exits(codeFailure, 0)
}

// testAny evaluates expressions that -o and -a join. ok is false for what it does not know, and for an invalid
// expression.
func testAny(args []string, isBash bool) (isTrue, ok bool) {
	if !isJoined(args) {
		return testOne(args, isBash)
	}
	for _, alternative := range split(args, "-o") {
		all := true
		for _, expression := range split(alternative, "-a") {
			if len(expression) > 0 && isAmbiguous(expression[0]) {
				return false, false
			}
			isTrue, ok := testOne(expression, isBash)
			if len(expression) == 0 || !ok {
				return false, false
			}
			all = all && isTrue
		}
		isTrue = isTrue || all
	}
	return isTrue, true
}

// isJoined reports several expressions. In up to four words, -a and -o can also be texts.
func isJoined(args []string) bool {
	switch len(args) {
	case 3:
		return isJoin(args[1])
	case 4:
		return args[0] != "!" && (isJoin(args[1]) || isJoin(args[2]))
	}
	return len(args) > 4
}

func isJoin(arg string) bool { return arg == "-a" || arg == "-o" }

// isAmbiguous reports a first word that can be an operator or a text. Programs differ there.
func isAmbiguous(arg string) bool {
	return arg == "(" || arg == "!" || strings.HasPrefix(arg, "-") && arg != "-n" && arg != "-z"
}

func split(args []string, separator string) [][]string {
	var list [][]string
	for {
		index := slices.Index(args, separator)
		if index < 0 {
			return append(list, args)
		}
		list, args = append(list, args[:index]), args[index+1:]
	}
}

// testOne evaluates an expression by the number of its words, as POSIX requires.
func testOne(args []string, isBash bool) (isTrue, ok bool) {
	switch len(args) {
	case 0:
		return false, true
	case 1:
		return args[0] != "", true
	case 2:
		switch args[0] {
		case "!":
			return args[1] == "", true
		case "-n":
			return args[1] != "", true
		case "-z":
			return args[1] == "", true
		}
		return false, false
	case 3:
		if isTrue, ok := testTwo(args[0], args[1], args[2], isBash); ok || args[0] != "!" {
			return isTrue, ok
		}
	case 4:
		if args[0] != "!" {
			return false, false
		}
	default:
		return false, false
	}
	isTrue, ok = testOne(args[1:], isBash)
	return !isTrue, ok
}

// testTwo compares two texts or integers.
func testTwo(left, operator, right string, isBash bool) (isTrue, ok bool) {
	switch operator {
	case "=":
		return left == right, true
	case "!=":
		return left != right, true
	case "==":
		return left == right, isBash
	case "-eq", "-ne", "-lt", "-le", "-gt", "-ge":
		leftNumber, isLeft := integer(left)
		rightNumber, isRight := integer(right)
		isTrue, ok := compare(operator, leftNumber, rightNumber)
		return isTrue, ok && isLeft && isRight
	}
	return false, false
}
