package program

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"seatrial/engine/internal/simulation/environment"
)

func (s *script) binary(binary *syntax.BinaryCmd) {
	switch binary.Op {
	case syntax.AndStmt, syntax.OrStmt:
		s.statement(binary.X)
		switch {
		case s.isOver():
		case !s.hasStatus:
			s.undecided(binary.Y)
		case (s.status == 0) == (binary.Op == syntax.AndStmt):
			s.statement(binary.Y)
		}
	case syntax.Pipe, syntax.PipeAll:
		first, last := s.apart([]*syntax.Stmt{binary.X}), s.apart([]*syntax.Stmt{binary.Y})
		switch {
		case first.RunsOn && !last.Known, last.RunsOn:
			s.runsOn = true
		case !last.Known:
			s.hasStatus = false
		case s.pipefail && !first.Known:
			s.hasStatus = false
		default:
			// The pipe ends when both programs have ended.
			last.Takes = max(last.Takes, first.Takes)
			last.RunsOn = first.RunsOn
			if s.pipefail && last.Code == 0 {
				last.Code = first.Code
			}
			s.finish(last)
		}
	default:
		s.undecided(binary)
	}
}

func (s *script) branch(clause *syntax.IfClause) {
	if len(clause.Cond) == 0 {
		// The else branch.
		s.run(clause.Then)
		return
	}
	s.condition(clause.Cond)
	switch {
	case s.isOver():
	case !s.hasStatus:
		s.undecided(clause)
	case s.status == 0:
		s.run(clause.Then)
	case clause.Else != nil:
		s.branch(clause.Else)
	default:
		s.setStatus(0)
	}
}

// condition runs commands whose failure does not end the script.
func (s *script) condition(list []*syntax.Stmt) {
	errexit := s.errexit
	s.errexit = false
	s.run(list)
	s.errexit = errexit
}

func (s *script) loop(loop *syntax.WhileClause) {
	// The condition is not decided by what a variable is before the first turn.
	s.forget(loop)
	s.condition(loop.Cond)
	switch {
	case s.isOver():
	case !s.hasStatus:
		// A loop that waits for something is assumed to find it.
		s.undecided(loop)
	case (s.status == 0) == loop.Until:
		s.setStatus(0)
	case s.endsScript(loop):
		s.isUnknown = true
	default:
		s.runsOn = true
	}
}

// forEach follows a loop over known words.
func (s *script) forEach(loop *syntax.ForClause) {
	iterator, isOverWords := loop.Loop.(*syntax.WordIter)
	if !isOverWords || loop.Select || !iterator.InPos.IsValid() {
		s.undecided(loop)
		return
	}
	s.forgetIn(iterator.Items...)
	s.substituted = nil
	words := s.fields(iterator.Items)
	s.hasStatus = s.hasStatus && s.substituted == nil
	if slices.ContainsFunc(words, environment.IsUnknown) {
		s.undecided(loop)
		return
	}
	if len(words) == 0 {
		s.setStatus(0)
	}
	for _, word := range words {
		s.scope.assign(iterator.Name.Value, word)
		if s.run(loop.Do); s.isOver() {
			return
		}
	}
}

// choose follows a case clause.
func (s *script) choose(clause *syntax.CaseClause) {
	s.forgetIn(clause.Word)
	s.substituted = nil
	text := s.text(clause.Word)
	s.hasStatus = s.hasStatus && s.substituted == nil
	chosen, ok := s.choice(clause, text)
	switch {
	case environment.IsUnknown(text) || !ok:
		s.undecided(clause)
	case chosen == nil:
		s.setStatus(0)
	default:
		s.run(chosen.Stmts)
	}
}

// choice returns the first item with a pattern that matches, or nil; ok is false when that is not known.
func (s *script) choice(clause *syntax.CaseClause, text string) (chosen *syntax.CaseItem, ok bool) {
	for _, item := range clause.Items {
		if item.Op != syntax.Break {
			return nil, false
		}
		s.forgetIn(item.Patterns...)
		for _, word := range item.Patterns {
			pattern, isKnown := s.pattern(word)
			if !isKnown {
				return nil, false
			}
			matches, isKnown := pattern.matches(s.work, text)
			if matches || !isKnown {
				return item, isKnown
			}
		}
	}
	return nil, true
}
