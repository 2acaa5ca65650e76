package program

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// The package expand of mvdan.cc/sh is not used: it reads the accounts of this machine for ~name, and an unset
// variable or text in arithmetic as 0. Here, both are unknown.

// fields returns a command's words. A word that is not known, which can be any number of words, is Unknown.
func (s *script) fields(words []*syntax.Word) []string {
	var list []string
	for _, word := range words {
		list = append(list, s.fieldsOf(word)...)
	}
	return list
}

// splitter collects the fields of one word.
type splitter struct {
	list    []string
	current strings.Builder
	// isStarted says that there is a current field, even if it is empty.
	isStarted bool
}

func (f *splitter) add(text string, isQuoted bool) {
	f.current.WriteString(text)
	f.isStarted = f.isStarted || isQuoted || text != ""
}

func (f *splitter) end() {
	if f.isStarted {
		f.list = append(f.list, f.current.String())
	}
	f.current.Reset()
	f.isStarted = false
}

// addSplit adds the unquoted result of an expansion.
func (f *splitter) addSplit(text string) {
	for text != "" {
		index := strings.IndexAny(text, blanks)
		if index < 0 {
			f.add(text, false)
			return
		}
		f.add(text[:index], false)
		f.end()
		text = text[index+1:]
	}
}

const (
	blanks = " \t\n"
	// wildcards are characters of an unquoted word that make a shell look for files, or write several words.
	wildcards = "*?{"
	// unsafe are characters of an unquoted expansion that do, or that shells treat differently.
	unsafe = `*?[\`
)

func (s *script) fieldsOf(word *syntax.Word) []string {
	unknown := []string{environment.Unknown}
	result := &splitter{}
	for _, part := range word.Parts {
		text := s.part(part, false)
		if environment.IsUnknown(text) {
			return unknown
		}
		switch part := part.(type) {
		case *syntax.Lit:
			if strings.ContainsAny(part.Value, wildcards) || strings.Contains(part.Value, "[") && len(word.Lit()) != 1 {
				return unknown
			}
			result.add(text, false)
		case *syntax.SglQuoted, *syntax.DblQuoted:
			result.add(text, true)
		default:
			if strings.ContainsAny(text, unsafe) || s.scope.isOpaque {
				return unknown
			}
			result.addSplit(text)
		}
	}
	result.end()
	return result.list
}

// text returns a word that is not split, as in an assignment, or Unknown. All parts are evaluated, also after one that is
// not known: the last command in them decides an exit code.
func (s *script) text(word *syntax.Word) string {
	if word == nil {
		return ""
	}
	return s.join(word.Parts, false)
}

func (s *script) join(parts []syntax.WordPart, isQuoted bool) string {
	var text strings.Builder
	isUnknown := false
	for _, part := range parts {
		piece := s.part(part, isQuoted)
		isUnknown = isUnknown || environment.IsUnknown(piece)
		if !isUnknown {
			text.WriteString(piece)
			isUnknown = text.Len() > maxText
		}
	}
	if isUnknown {
		return environment.Unknown
	}
	return text.String()
}

// part returns a part of a word, or Unknown.
func (s *script) part(part syntax.WordPart, isQuoted bool) string {
	switch part := part.(type) {
	case *syntax.Lit:
		if !isQuoted && strings.Contains(part.Value, "~") {
			return environment.Unknown
		}
		return s.work.keep(unescape(part.Value, isQuoted))
	case *syntax.SglQuoted:
		if !part.Dollar {
			return s.work.keep(part.Value)
		}
	case *syntax.DblQuoted:
		if !part.Dollar {
			return s.work.keep(s.join(part.Parts, true))
		}
	case *syntax.ParamExp:
		return s.work.keep(s.parameter(part, isQuoted))
	case *syntax.CmdSubst:
		return s.work.keep(s.substitution(part))
	case *syntax.ArithmExp:
		return s.work.keep(s.arithmeticText(part))
	}
	return environment.Unknown
}

func (s *script) arithmeticText(node *syntax.ArithmExp) string {
	if s.contains(node, isSubstitution) {
		// A shell runs every command in an expression, also in a part that it does not evaluate.
		s.substituted = &Effect{}
	}
	number, ok := s.arithmetic(node.X)
	if !ok || node.Bracket || node.Unsigned {
		return environment.Unknown
	}
	return strconv.FormatInt(number, 10)
}

// unescape removes the backslashes of a literal.
func unescape(text string, isQuoted bool) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var unescaped strings.Builder
	for index := 0; index < len(text); index++ {
		if text[index] == '\\' && index+1 < len(text) && (!isQuoted || strings.IndexByte("$`\"\\", text[index+1]) >= 0) {
			index++
		}
		unescaped.WriteByte(text[index])
	}
	return unescaped.String()
}
