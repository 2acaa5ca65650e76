package program

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// substitution returns what the command in $(…) writes, or Unknown. The exit code of the command is in s.substituted.
func (s *script) substitution(node *syntax.CmdSubst) string {
	text, effect := environment.Unknown, Effect{}
	if call := onlyCall(node); call != nil {
		text, effect = s.output(s.fields(call.Args))
	}
	s.substituted = &effect
	return text
}

// onlyCall returns the command in $(…), if it is a single one; else nil.
func onlyCall(node *syntax.CmdSubst) *syntax.CallExpr {
	if node.TempFile || node.ReplyVar || len(node.Stmts) != 1 {
		return nil
	}
	statement := node.Stmts[0]
	call, isCall := statement.Cmd.(*syntax.CallExpr)
	if !isCall || statement.Negated || statement.Background || len(statement.Redirs) > 0 || len(call.Assigns) > 0 {
		return nil
	}
	return call
}

// output returns what a command writes, without the newline at its end, and its effect.
func (s *script) output(list []string) (string, Effect) {
	if len(list) == 0 || slices.ContainsFunc(list, environment.IsUnknown) {
		return environment.Unknown, Effect{}
	}
	switch list[0] {
	case "echo":
		text := strings.Join(list[1:], " ")
		if strings.Contains(text, `\`) || strings.HasPrefix(text, "-") {
			// Shells differ in options and escapes.
			text = environment.Unknown
		}
		return strings.TrimRight(text, "\n"), exits(0, 0)
	case "expr":
		if text, effect := ofExpr(list[1:]); effect.Known {
			return text, effect
		}
		return environment.Unknown, Effect{}
	}
	if slices.Contains(succeeding, list[0]) {
		return environment.Unknown, exits(0, 0)
	}
	return environment.Unknown, Effect{}
}
