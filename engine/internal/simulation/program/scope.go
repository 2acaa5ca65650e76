package program

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

// scope has the variables of a shell, or of a part of a script that runs in a process of its own.
type scope struct {
	// parent is the scope that this one has the variables of until it changes them; at the top, inherited are the
	// environment variables.
	parent    *scope
	inherited func(name string) (string, bool)
	own       map[string]variable
	// isOpaque says that variables may have changed in an unknown way, or that the shell treats them in its own
	// way: no value is known from now on.
	isOpaque bool
	work     *work
}

// variable is a value, or Unknown. Only an exported variable is known to be in the environment of programs.
type variable struct {
	value      string
	isExported bool
}

func (s *scope) child() *scope {
	return &scope{parent: s, isOpaque: s.isOpaque, work: s.work}
}

func (s *scope) get(name string) variable {
	if s.isOpaque || isOfShell(name) {
		return variable{value: environment.Unknown}
	}
	for level := s; level.work.spend(1); level = level.parent {
		if found, exists := level.own[name]; exists {
			return found
		}
		if level.inherited != nil {
			if value, ok := level.inherited(name); ok {
				return variable{value: value, isExported: true}
			}
		}
		if level.parent == nil {
			break
		}
	}
	return variable{value: environment.Unknown}
}

func (s *scope) set(name string, v variable) {
	if name == "IFS" {
		s.isOpaque = true
	}
	if s.own == nil {
		s.own = map[string]variable{}
	}
	s.own[name] = v
}

// assign keeps a variable exported that was.
func (s *scope) assign(name, value string) {
	s.set(name, variable{value: value, isExported: s.get(name).isExported})
}

func (s *scope) forget(name string) { s.set(name, variable{value: environment.Unknown}) }

func (s *scope) forgetAll() { s.parent, s.inherited, s.own = nil, nil, nil }

// exported returns the value of a variable for a program that the shell starts.
func (s *scope) exported(name string) (value string, ok bool) {
	found := s.get(name)
	return found.value, found.isExported && !environment.IsUnknown(found.value)
}

// ofShell are variables that shells set themselves, or that have attributes. Names that begin with BASH are, too.
var ofShell = []string{
	"_", "COLUMNS", "COMP_WORDBREAKS", "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS",
	"HISTCMD", "IFS", "LINENO", "LINES", "MAPFILE", "OLDPWD", "OPTARG", "OPTERR", "OPTIND", "PIPESTATUS", "PPID",
	"PS1", "PS2", "PS4", "PWD", "RANDOM", "REPLY", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID",
}

func isOfShell(name string) bool {
	return !syntax.ValidName(name) || slices.Contains(ofShell, name) || strings.HasPrefix(name, "BASH")
}

// hasStartup reports environment variables with which bash reads a file or sets options before a script.
func hasStartup(variable func(name string) (string, bool)) bool {
	for _, name := range []string{"BASH_ENV", "BASHOPTS", "SHELLOPTS", "POSIXLY_CORRECT"} {
		if _, exists := variable(name); exists {
			return true
		}
	}
	return false
}
