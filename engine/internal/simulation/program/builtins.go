package program

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// set follows one word of the options of set, or of the shell; value is the word after it.
func (s *script) set(options, value string) {
	isOn := strings.HasPrefix(options, "-")
	if !isOn && !strings.HasPrefix(options, "+") {
		return
	}
	if strings.Contains(options, "e") || strings.Contains(options, "o") && value == "errexit" {
		s.errexit = isOn
	}
	if strings.Contains(options, "o") && value == "pipefail" {
		s.pipefail = isOn
	}
}

// exit ends the script with a code, or with the status of the last command.
func (s *script) exit(codes []string) {
	s.ended = true
	if len(codes) == 0 {
		s.isUnknown = s.isUnknown || !s.hasStatus
		return
	}
	code, err := strconv.ParseUint(codes[0], 10, 32)
	s.isUnknown = s.isUnknown || err != nil || len(codes) > 1
	s.setStatus(int32(code & 0xff))
}

// exec ends the script with another program; alone, it only redirects.
func (s *script) exec(list []string, call *syntax.CallExpr) {
	if len(list) == 0 {
		s.setStatus(0)
		return
	}
	s.ended = true
	effect := s.process(call).run(list)
	s.finish(effect)
	s.isUnknown = s.isUnknown || !effect.Known
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
