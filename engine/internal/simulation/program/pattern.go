package program

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// maxPattern is the length in bytes from which a pattern is unknown.
const maxPattern = 1024

// wordPattern is a pattern of case, [[ or ${NAME#…}.
type wordPattern struct {
	expression *regexp.Regexp
	isLiteral  bool
	cost       int
}

// pattern reads a pattern; ok is false when a part of it is not known, or when shells differ in its meaning.
func (s *script) pattern(word *syntax.Word) (read wordPattern, ok bool) {
	if word == nil || s.scope.isOpaque {
		return wordPattern{}, false
	}
	var text strings.Builder
	for _, part := range word.Parts {
		piece := s.part(part, false)
		switch part := part.(type) {
		case *syntax.Lit:
			if !environment.IsUnknown(piece) {
				piece = part.Value
			}
		case *syntax.SglQuoted, *syntax.DblQuoted:
			piece = pattern.QuoteMeta(piece, 0)
		default:
			if strings.Contains(piece, `\`) {
				return wordPattern{}, false
			}
		}
		if environment.IsUnknown(piece) {
			return wordPattern{}, false
		}
		text.WriteString(piece)
	}
	if len(word.Parts) > 1 && strings.Contains(text.String(), "[") {
		// A part that is quoted may belong to the characters in brackets.
		return wordPattern{}, false
	}
	return compile(s.work, text.String())
}

func compile(work *work, text string) (compiled wordPattern, ok bool) {
	compiled = wordPattern{isLiteral: !pattern.HasMeta(text, 0), cost: 1 + len(text)/16}
	if len(text) > maxPattern || !work.spend(100+len(text)) || strings.ContainsAny(text, "()") || strings.Contains(text, "[^") ||
		!compiled.isLiteral && !isASCII(text) {
		return wordPattern{}, false
	}
	expression, err := pattern.Regexp(text, pattern.EntireString)
	if err != nil {
		return wordPattern{}, false
	}
	compiled.expression, err = regexp.Compile(expression)
	return compiled, err == nil
}

// matches reports a match with the whole text.
func (p wordPattern) matches(work *work, text string) (matches, ok bool) {
	if !work.spend(1+len(text)*p.cost) || !p.isLiteral && !isASCII(text) {
		return false, false
	}
	return p.expression.MatchString(text), true
}
