package architecture

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTheEngineObeysItsRules(t *testing.T) {
	problems, err := Check(os.DirFS("../.."), EngineRules)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

func source(pkg string, imports ...string) string {
	text := "package " + pkg + "\n"
	for _, path := range imports {
		text += "import _ \"" + path + "\"\n"
	}
	return text
}

func TestEachRuleIsHeld(t *testing.T) {
	rules := Rules{
		Module: "example.com/m",
		Imports: map[string][]string{
			"internal/low":  {},
			"internal/high": {"internal/low"},
			"internal/help": {},
		},
		TestImports:  map[string][]string{"internal/help": {"internal/high"}},
		TestHelpers:  []string{"internal/help"},
		MaxLines:     6,
		MaxTestLines: 8,
		MaxFiles:     2,
	}
	good := map[string]string{
		"internal/low/low.go":        source("low", "fmt", "example.com/other/internal/high"),
		"internal/low/low_test.go":   source("low", "example.com/m/internal/help"),
		"internal/high/high.go":      source("high", "example.com/m/internal/low"),
		"internal/help/help.go":      source("help"),
		"internal/help/help_test.go": source("help", "example.com/m/internal/high"),
		"internal/low/notes.txt":     "example.com/m/internal/high",
		"internal/high/high_test.go": source("high_test", "example.com/m/internal/high") + strings.Repeat("\n", 6),
	}
	for name, test := range map[string]struct {
		changed map[string]string
		allowed map[string][]string
		want    string
	}{
		"nothing is wrong": {},
		"an import that is not listed": {
			changed: map[string]string{"internal/low/up.go": source("low", "example.com/m/internal/high")},
			want:    "internal/low/up.go imports internal/high, which internal/low may not import",
		},
		"an import that is not listed, of a test": {
			changed: map[string]string{"internal/low/up_test.go": source("low", "example.com/m/internal/high")},
			want:    "internal/low/up_test.go imports internal/high, which internal/low may not import",
		},
		"a package that is not listed": {
			changed: map[string]string{"internal/new/new.go": source("new")},
			want:    "the package internal/new is not in the list of packages",
		},
		"a listed package without sources": {
			allowed: map[string][]string{"internal/gone": {}},
			want:    "the listed package internal/gone does not exist",
		},
		"a listed import that nothing needs": {
			allowed: map[string][]string{"internal/help": {"internal/low"}},
			want:    "internal/help may import internal/low but does not",
		},
		"a helper of tests in a source": {
			changed: map[string]string{"internal/high/more.go": source("high", "example.com/m/internal/help")},
			want:    "internal/high/more.go imports internal/help, which only tests may import",
		},
		"a source that is too long": {
			changed: map[string]string{"internal/low/long.go": source("low") + strings.Repeat("\n", 6)},
			want:    "internal/low/long.go has 7 lines, the limit is 6",
		},
		"a test that is too long": {
			changed: map[string]string{"internal/low/long_test.go": source("low") + strings.Repeat("\n", 8)},
			want:    "internal/low/long_test.go has 9 lines, the limit is 8",
		},
		"a directory with too many files": {
			changed: map[string]string{"internal/low/a.go": source("low"), "internal/low/b.go": source("low")},
			want:    "internal/low has 3 source and 1 test files, the limit is 2 of each",
		},
		"directories that import each other through different packages": {
			changed: map[string]string{
				"internal/low/part/part.go": source("part", "example.com/m/internal/high"),
			},
			allowed: map[string][]string{"internal/low/part": {"internal/high"}},
			want:    "internal/high imports itself through other directories\ninternal/low imports itself through other directories",
		},
	} {
		t.Run(name, func(t *testing.T) {
			module := fstest.MapFS{}
			for _, files := range []map[string]string{good, test.changed} {
				for path, text := range files {
					module[path] = &fstest.MapFile{Data: []byte(text)}
				}
			}
			checked := rules
			checked.Imports = map[string][]string{}
			for _, lists := range []map[string][]string{rules.Imports, test.allowed} {
				for pkg, list := range lists {
					checked.Imports[pkg] = list
				}
			}
			problems, err := Check(module, checked)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(slices.Sorted(slices.Values(problems)), "\n"); got != test.want {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

func TestASourceThatCannotBeParsedIsAnError(t *testing.T) {
	module := fstest.MapFS{"a.go": &fstest.MapFile{Data: []byte("import")}}
	if _, err := Check(module, Rules{}); err == nil {
		t.Error("it was accepted")
	}
}
