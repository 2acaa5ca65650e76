package program

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"mvdan.cc/sh/v3/syntax"
)

// script follows a shell script as far as constants decide it. A program that is not known may succeed or
// fail: what a script does only after one of both is not known either.
type script struct {
	elapsed time.Duration
	// status is the exit code of the last command, if hasStatus.
	status    int32
	hasStatus bool
	// The script is over when one of these is set.
	ended, runsOn, isUnknown bool
	errexit                  bool
	// background is the effect of the jobs in the background.
	background *Effect
}

// Builtins and programs that only write; they succeed at once.
var succeeding = []string{"true", ":", "echo", "printf", "trap", "export", "umask", "date", "hostname", "whoami", "id"}

func (s *script) isOver() bool { return s.ended || s.runsOn || s.isUnknown }

func (s *script) setStatus(code int32) { s.status, s.hasStatus = code, true }

func (s *script) run(list []*syntax.Stmt) {
	if len(list) == 0 {
		s.setStatus(0)
	}
	for _, statement := range list {
		s.statement(statement)
		if s.isOver() {
			return
		}
		if s.errexit && s.hasStatus && s.status != 0 && !isCondition(statement.Cmd) {
			s.ended = true
			return
		}
	}
}

// isCondition reports a list whose failure does not end a script with set -e.
func isCondition(command syntax.Command) bool {
	binary, is := command.(*syntax.BinaryCmd)
	return is && (binary.Op == syntax.AndStmt || binary.Op == syntax.OrStmt)
}

func (s *script) statement(statement *syntax.Stmt) {
	if statement.Background {
		effect := s.apart([]*syntax.Stmt{{Cmd: statement.Cmd}})
		s.background = &effect
		s.setStatus(0)
		return
	}
	s.command(statement.Cmd)
	if statement.Negated && s.hasStatus && !s.isOver() {
		if s.status == 0 {
			s.status = codeFailure
		} else {
			s.status = 0
		}
	}
}

func (s *script) command(command syntax.Command) {
	switch command := command.(type) {
	case *syntax.CallExpr:
		s.call(command)
	case *syntax.BinaryCmd:
		s.binary(command)
	case *syntax.Block:
		s.run(command.Stmts)
	case *syntax.Subshell:
		s.finish(s.apart(command.Stmts))
	case *syntax.IfClause:
		s.branch(command)
	case *syntax.WhileClause:
		s.loop(command)
	case *syntax.DeclClause:
		s.setStatus(0)
	default:
		s.undecided(command)
	}
}

// apart is the effect of commands in a process of their own.
func (s *script) apart(list []*syntax.Stmt) Effect {
	child := &script{errexit: s.errexit}
	child.run(list)
	switch {
	case child.runsOn:
		return runsOn()
	case child.isUnknown || !child.hasStatus:
		return Effect{}
	}
	return exits(child.status, child.elapsed)
}

// finish adds the effect of a program that the script waits for.
func (s *script) finish(effect Effect) {
	s.hasStatus = false
	switch {
	case effect.RunsOn:
		s.runsOn = true
	case effect.Known:
		s.elapsed += effect.Takes
		s.setStatus(effect.Code)
	}
}

func (s *script) call(call *syntax.CallExpr) {
	if len(call.Args) == 0 {
		s.setStatus(0)
		return
	}
	list, isConstant := words(call.Args)
	name := ""
	if len(list) > 0 {
		name = list[0]
	}
	switch {
	case name == "exit" || name == "return":
		s.exit(call.Args[1:], list[1:])
	case name == "exec":
		s.exec(list[1:], isConstant && len(call.Args) > 1, len(call.Args) == 1)
	case name == "wait":
		s.wait()
	case name == "set":
		for index, option := range list[1:] {
			s.set(option, at(list, index+2))
		}
		s.setStatus(0)
	case slices.Contains(succeeding, name):
		s.setStatus(0)
	case name == "break" || name == "continue" || name == "eval" || name == "." || name == "source" || name == "kill":
		s.isUnknown = true
	case !isConstant:
		s.hasStatus = false
	default:
		s.finish(Of(list))
	}
}

// set is one option of set, or of the shell.
func (s *script) set(option, value string) {
	switch {
	case option == "-o" && value == "errexit":
		s.errexit = true
	case option == "+o" && value == "errexit":
		s.errexit = false
	case option == "-o" || option == "+o":
	case strings.HasPrefix(option, "-") && strings.Contains(option, "e"):
		s.errexit = true
	case strings.HasPrefix(option, "+") && strings.Contains(option, "e"):
		s.errexit = false
	}
}

func (s *script) exit(args []*syntax.Word, constants []string) {
	s.ended = true
	switch {
	case len(args) == 0 || isLastStatus(args[0]):
		s.isUnknown = !s.hasStatus
	case len(constants) == 0:
		s.isUnknown = true
	default:
		code, err := strconv.ParseUint(constants[0], 10, 32)
		s.isUnknown = err != nil
		s.setStatus(int32(code & 0xff))
	}
}

func isLastStatus(word *syntax.Word) bool {
	parts := word.Parts
	if len(parts) == 1 {
		if quoted, is := parts[0].(*syntax.DblQuoted); is {
			parts = quoted.Parts
		}
	}
	if len(parts) != 1 {
		return false
	}
	parameter, is := parts[0].(*syntax.ParamExp)
	return is && parameter.Param != nil && parameter.Param.Value == "?"
}

// exec ends the script with another program; alone, it only redirects.
func (s *script) exec(list []string, isConstant, isAlone bool) {
	if isAlone {
		s.setStatus(0)
		return
	}
	s.ended = true
	effect := Effect{}
	if isConstant {
		effect = Of(list)
	}
	s.finish(effect)
	s.isUnknown = !effect.Known
}

// wait waits for the last job in the background.
func (s *script) wait() {
	switch {
	case s.background == nil:
		s.setStatus(0)
	case !s.background.Known:
		s.isUnknown = true
	default:
		s.finish(*s.background)
		if !s.runsOn {
			s.setStatus(0)
		}
	}
}
