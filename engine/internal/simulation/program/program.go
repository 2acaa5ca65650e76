// Package program says what a program does, as far as its command line and its environment decide it: whether it
// ends, when, and with which exit code. It runs nothing.
package program

import (
	"path"
	"slices"
	"strings"
	"time"

	"seatrial/engine/internal/simulation/environment"
)

// Effect is what a program does. The zero value is an unknown program.
type Effect struct {
	Known bool
	// RunsOn says that the program does not end by itself.
	RunsOn bool
	// Takes is how long the program sleeps before it ends with Code.
	Takes time.Duration
	Code  int32
}

func runsOn() Effect { return Effect{Known: true, RunsOn: true} }

func exits(code int32, after time.Duration) Effect {
	return Effect{Known: true, Code: code, Takes: after}
}

const (
	codeFailure = 1
	// codeTimedOut is the exit code of timeout(1).
	codeTimedOut = 124
)

var shells = []string{"sh", "bash", "ash", "dash", "ksh", "zsh"}

// wrappers run the program that follows them, after their options.
var wrappers = []string{"tini", "tini-static", "dumb-init", "catatonit", "nohup", "busybox", "setsid"}

// maxDepth is how many programs may start each other.
const maxDepth = 32

// process is what a program starts with.
type process struct {
	// hasInput says that the standard input stays open.
	hasInput bool
	// variable returns the value of an environment variable; ok is false when it is not known.
	variable func(name string) (value string, ok bool)
	work     *work
	depth    int
}

func newProcess(variables *environment.Variables) process {
	return process{variable: variables.Value, work: &work{left: maxWork}}
}

// Of returns what the program does that a command line starts, with these environment variables.
func Of(argv []string, variables *environment.Variables) Effect {
	return newProcess(variables).run(argv)
}

func (p process) run(argv []string) Effect {
	if p.depth++; len(argv) == 0 || p.depth > maxDepth {
		return Effect{}
	}
	name, args := path.Base(argv[0]), argv[1:]
	switch {
	case slices.Contains(shells, name):
		return p.ofShell(name, args)
	case slices.Contains(wrappers, name):
		return p.run(withoutOptions(args))
	}
	switch name {
	case "true", ":":
		return exits(0, 0)
	case "false":
		return exits(codeFailure, 0)
	case "pause", "yes":
		return runsOn()
	case "sleep":
		return ofSleep(args)
	case "tail":
		return ofTail(args)
	case "cat":
		return p.ofReader(args)
	case "env":
		return p.ofEnv(args)
	case "timeout":
		return p.ofTimeout(args)
	case "test", "[":
		return ofTest(name, args, false)
	case "expr":
		_, effect := ofExpr(args)
		return effect
	}
	return Effect{}
}

// ofReader is for a program that reads its standard input to the end.
func (p process) ofReader(args []string) Effect {
	switch {
	case len(args) > 0:
		return Effect{}
	case p.hasInput:
		return runsOn()
	}
	return exits(0, 0)
}

func ofTail(args []string) Effect {
	for _, arg := range args {
		isShort := strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--")
		if isShort && strings.ContainsAny(arg, "fF") || arg == "--follow" || strings.HasPrefix(arg, "--follow=") || arg == "--retry" {
			return runsOn()
		}
	}
	return Effect{}
}

func (p process) ofEnv(args []string) Effect {
	inherited, added := p.variable, map[string]string{}
	for index, arg := range args {
		name, value, isVariable := strings.Cut(arg, "=")
		switch {
		case strings.HasPrefix(arg, "-") || isVariable && environment.IsUnknown(name):
			// An option may remove variables, an unknown name may be that of any variable.
			inherited = func(string) (string, bool) { return "", false }
		case isVariable:
			added[name] = value
		default:
			p.variable = func(name string) (string, bool) {
				if value, isAdded := added[name]; isAdded {
					return value, !environment.IsUnknown(value)
				}
				return inherited(name)
			}
			return p.run(args[index:])
		}
	}
	return Effect{}
}

func (p process) ofTimeout(args []string) Effect {
	args = withoutOptions(args)
	if len(args) < 2 {
		return Effect{}
	}
	limit, isValid := duration(args[0])
	effect := p.run(args[1:])
	switch {
	case !isValid || !effect.Known:
		return Effect{}
	case effect.RunsOn || effect.Takes > limit:
		return exits(codeTimedOut, limit)
	}
	return effect
}

func withoutOptions(args []string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	return args
}
