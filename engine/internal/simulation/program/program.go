// Package program says what a program does, as far as its command line decides it: whether it ends, when,
// and with which exit code. It runs nothing.
package program

import (
	"path"
	"slices"
	"strings"
	"time"
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

// Of returns what the program does that a command line starts.
func Of(argv []string) Effect { return of(argv, false) }

// of is Of for a program whose standard input stays open when hasInput.
func of(argv []string, hasInput bool) Effect {
	if len(argv) == 0 {
		return Effect{}
	}
	name, args := path.Base(argv[0]), argv[1:]
	switch {
	case slices.Contains(shells, name):
		return ofShell(args, hasInput)
	case slices.Contains(wrappers, name):
		return of(withoutOptions(args), hasInput)
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
		return ofReader(args, hasInput)
	case "env":
		return ofEnv(args, hasInput)
	case "timeout":
		return ofTimeout(args, hasInput)
	}
	return Effect{}
}

// ofReader is for a program that reads its standard input to the end.
func ofReader(args []string, hasInput bool) Effect {
	switch {
	case len(args) > 0:
		return Effect{}
	case hasInput:
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

func ofEnv(args []string, hasInput bool) Effect {
	for index, arg := range args {
		if !strings.HasPrefix(arg, "-") && !strings.Contains(arg, "=") {
			return of(args[index:], hasInput)
		}
	}
	return Effect{}
}

func ofTimeout(args []string, hasInput bool) Effect {
	args = withoutOptions(args)
	if len(args) < 2 {
		return Effect{}
	}
	limit, isValid := duration(args[0])
	effect := of(args[1:], hasInput)
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
