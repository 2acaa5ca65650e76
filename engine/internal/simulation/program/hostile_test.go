package program

import (
	"strings"
	"testing"
	"time"
)

func TestAHostileScriptDoesNotTakeLong(t *testing.T) {
	loops := strings.Repeat("for i in "+strings.Repeat("a ", 200)+"; do ", 5) + ":" + strings.Repeat("; done", 5)
	for name, script := range map[string]string{
		"nested loops":           loops + "; exit 0",
		"a text that doubles":    "x=aaaaaaaa; " + strings.Repeat("x=$x$x; ", 40) + "exit ${#x}",
		"a pattern":              "x=" + strings.Repeat("a", 30000) + "; case $x in " + strings.Repeat("*a", 400) + "b) exit 1;; esac; exit 0",
		"a long script":          strings.Repeat("echo a;", 20000) + "exit 0",
		"nested subshells":       strings.Repeat("(", 30000) + ":" + strings.Repeat(")", 30000),
		"nested arithmetic":      "exit $((" + strings.Repeat("(", 30000) + "1" + strings.Repeat(")", 30000) + "))",
		"nested conditions":      strings.Repeat("if ", 20000) + ":",
		"nested defaults":        "exit " + strings.Repeat("${x:-", 10000) + "1" + strings.Repeat("}", 10000),
		"nested substitutions":   "exit " + strings.Repeat("$(echo ", 8000) + "1" + strings.Repeat(")", 8000),
		"shells in shells":       strings.Repeat("nohup ", 8000) + "sh -c exit",
		"a walk in a loop":       "for i in " + strings.Repeat("a ", 9000) + "; do : ${X:-" + strings.Repeat("$a", 9000) + "}; done; exit 0",
		"a removal in a loop":    "x=" + strings.Repeat("a", 3000) + "; for i in 1 2 3 4; do y=${x#b}; done; exit 0",
		"variables in subshells": strings.Repeat("(", 1000) + strings.Repeat("x=$y;", 4000) + strings.Repeat(")", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			if got := ofIndexed("sh", script); got.Known {
				t.Errorf("%+v, want an unknown program", got)
			}
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
