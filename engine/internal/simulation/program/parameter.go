package program

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// parameter returns the value of $NAME or ${NAME…}, or Unknown. A variable that is not known may be unset, so its default
// is not known either.
func (s *script) parameter(node *syntax.ParamExp, isQuoted bool) string {
	if node.Exp != nil && node.Exp.Word != nil && s.contains(node.Exp.Word, isSubstitution) {
		// Whether this command runs, and whether it is the last, depends on the value.
		s.substituted = &Effect{}
	}
	if !isPlain(node) {
		return environment.Unknown
	}
	value := s.value(node.Param.Value)
	switch {
	case environment.IsUnknown(value):
		return environment.Unknown
	case node.Length:
		if !isASCII(value) {
			return environment.Unknown
		}
		return strconv.Itoa(len(value))
	case node.Exp == nil:
		return value
	}
	switch node.Exp.Op {
	case syntax.AlternateUnset:
		return s.alternative(node.Exp.Word, isQuoted)
	case syntax.AlternateUnsetOrNull:
		if value == "" {
			return ""
		}
		return s.alternative(node.Exp.Word, isQuoted)
	case syntax.DefaultUnset, syntax.ErrorUnset:
		return value
	case syntax.DefaultUnsetOrNull:
		if value == "" {
			return s.alternative(node.Exp.Word, isQuoted)
		}
		return value
	case syntax.ErrorUnsetOrNull:
		// The shell ends with an exit code of its own.
		s.isUnknown = s.isUnknown || value == ""
		return value
	case syntax.RemSmallPrefix, syntax.RemLargePrefix, syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		return s.without(value, node.Exp.Op, node.Exp.Word)
	}
	return environment.Unknown
}

// isPlain reports an expansion of one variable with at most one of the operators that all shells have.
func isPlain(node *syntax.ParamExp) bool {
	return node.Param != nil && node.Flags == nil && !node.Excl && !node.Width && !node.IsSet &&
		node.Split == syntax.OptUnset && node.GlobSubst == syntax.OptUnset && node.RcExpand == syntax.OptUnset &&
		node.NestedParam == nil && node.Index == nil && len(node.Modifiers) == 0 && node.Slice == nil &&
		node.Repl == nil && node.Names == 0
}

// value returns the value of a variable or of $?, or Unknown.
func (s *script) value(name string) string {
	if name == "?" && s.hasStatus {
		return strconv.Itoa(int(s.status))
	}
	return s.scope.get(name).value
}

// alternative returns the word after an operator such as :-. Shells differ in its quotes, and quotes keep it from being
// split.
func (s *script) alternative(word *syntax.Word, isQuoted bool) string {
	if word == nil {
		return ""
	}
	if isQuoted && s.contains(word, isQuote) {
		return environment.Unknown
	}
	text := s.join(word.Parts, isQuoted)
	if !isQuoted && strings.ContainsAny(text, blanks) {
		return environment.Unknown
	}
	return text
}

// without returns a text without the part at its beginning or end that matches a pattern.
func (s *script) without(text string, operator syntax.ParExpOperator, word *syntax.Word) string {
	pattern, ok := s.pattern(word)
	if !ok {
		return environment.Unknown
	}
	isSuffix := operator == syntax.RemSmallSuffix || operator == syntax.RemLargeSuffix
	isLarge := operator == syntax.RemLargePrefix || operator == syntax.RemLargeSuffix
	for step := range len(text) + 1 {
		length := step
		if isLarge {
			length = len(text) - step
		}
		removed, rest := text[:length], text[length:]
		if isSuffix {
			rest, removed = text[:len(text)-length], text[len(text)-length:]
		}
		matches, ok := pattern.matches(s.work, removed)
		if !ok {
			return environment.Unknown
		}
		if matches {
			return rest
		}
	}
	return text
}

func isSubstitution(node syntax.Node) bool {
	_, is := node.(*syntax.CmdSubst)
	return is
}

func isQuote(node syntax.Node) bool {
	switch node.(type) {
	case *syntax.SglQuoted, *syntax.DblQuoted:
		return true
	}
	return false
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(char rune) bool { return char > 127 }) < 0
}
