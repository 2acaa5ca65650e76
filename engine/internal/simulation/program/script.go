package program

import (
	"slices"
	"time"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// script follows a shell script as far as constants and known variables decide it. A program that is not known may
// succeed or fail: what a script does only after one of both is not known either.
type script struct {
	elapsed time.Duration
	// status is the exit code of the last command, if hasStatus.
	status    int32
	hasStatus bool
	// The script is over when one of these is set.
	ended, runsOn, isUnknown bool
	errexit, pipefail        bool
	// background is the effect of the jobs in the background.
	background *Effect
	// substituted is the effect of the last command in $(…); nil without one.
	substituted *Effect

	// isBash says that the shell has [[ ]] and (( )), which sh may have or not.
	isBash bool
	scope  *scope
	work   *work
	depth  int
}

// Builtins and programs that only write; they succeed at once.
var succeeding = []string{"true", ":", "echo", "printf", "trap", "export", "umask", "date", "hostname", "whoami", "id"}

func (s *script) isOver() bool { return s.ended || s.runsOn || s.isUnknown }

func (s *script) setStatus(code int32) { s.status, s.hasStatus = code, true }

// decide sets the status of a condition.
func (s *script) decide(isTrue, ok bool) {
	s.setStatus(int32(1 - oneIf(isTrue)))
	s.hasStatus = ok
}

func (s *script) run(list []*syntax.Stmt) {
	if len(list) == 0 {
		s.setStatus(0)
	}
	for _, statement := range list {
		s.statement(statement)
		if s.isOver() {
			return
		}
		if s.errexit && s.hasStatus && s.status != 0 && !statement.Negated && !isCondition(statement.Cmd) {
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
	if !s.work.spend(1) {
		s.isUnknown = true
		return
	}
	if statement.Background {
		effect := s.apart([]*syntax.Stmt{{Cmd: statement.Cmd}})
		s.background = &effect
		s.setStatus(0)
		return
	}
	for _, redirect := range statement.Redirs {
		s.forgetExpanded(redirect)
		s.forgetIn(redirect.Word, redirect.Hdoc)
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
	case nil:
		// A redirection alone.
		s.setStatus(0)
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
	case *syntax.ForClause:
		s.forEach(command)
	case *syntax.CaseClause:
		s.choose(command)
	case *syntax.DeclClause:
		for _, assign := range command.Args {
			s.forget(assign)
		}
		s.declare(command)
	case *syntax.TestClause:
		s.forget(command)
		isTrue, ok := s.doubleBracket(command.X)
		s.decide(isTrue, ok && s.isBash)
	case *syntax.ArithmCmd:
		s.forget(command)
		number, ok := s.arithmetic(command.X)
		s.decide(number != 0, ok && s.isBash && !command.Unsigned)
	default:
		s.undecided(command)
	}
}

// child returns a script of commands in a process of their own.
func (s *script) child() *script {
	return &script{
		errexit: s.errexit, pipefail: s.pipefail, status: s.status, hasStatus: s.hasStatus,
		isBash: s.isBash, scope: s.scope.child(), work: s.work, depth: s.depth,
	}
}

// apart is the effect of commands in a process of their own.
func (s *script) apart(list []*syntax.Stmt) Effect {
	child := s.child()
	child.run(list)
	switch {
	case child.runsOn:
		return runsOn()
	case child.isUnknown || !child.hasStatus:
		return Effect{}
	}
	return exits(child.status, child.elapsed)
}

// constants returns words like fields, without the values of variables.
func (s *script) constants(words []*syntax.Word) []string {
	blank := &script{isBash: s.isBash, scope: &scope{work: s.work}, work: s.work, depth: s.depth}
	return blank.fields(words)
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
	s.forgetIn(call.Args...)
	for _, assign := range call.Assigns {
		s.forget(assign)
	}
	if len(call.Args) == 0 {
		s.assign(call.Assigns)
		return
	}
	if list := s.fields(call.Args); len(list) > 0 {
		s.builtin(list, call)
		s.forgetAssigned(list)
	} else {
		s.hasStatus = false
	}
	for _, assign := range call.Assigns {
		// Before some builtins, an assignment stays.
		s.scope.forget(assign.Name.Value)
	}
}

func (s *script) builtin(list []string, call *syntax.CallExpr) {
	switch name := list[0]; {
	case name == "exit" || name == "return":
		s.exit(list[1:])
	case name == "exec":
		s.exec(list[1:], call)
	case name == "wait":
		s.wait()
	case name == "set":
		for index, option := range list[1:] {
			if option == "--" {
				break
			}
			s.set(option, at(list, index+2))
		}
		s.setStatus(0)
	case slices.Contains(succeeding, name):
		s.setStatus(0)
	case name == "break" || name == "continue" || name == "eval" || name == "." || name == "source" || name == "kill":
		s.isUnknown = true
	case name == "[" || name == "test":
		s.finish(ofTest(name, list[1:], s.isBash))
	case environment.IsUnknown(name):
		s.hasStatus = false
	default:
		s.finish(s.process(call).run(list))
	}
}

// process is what a program starts with that a command of the script runs.
func (s *script) process(call *syntax.CallExpr) process {
	return process{variable: s.environmentOf(call.Assigns), work: s.work, depth: s.depth}
}
