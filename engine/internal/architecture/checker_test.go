// Package architecture checks the structure of the engine's sources: which package may import
// which, and how long files and directories may be.
package architecture

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Rules are what the sources must obey.
type Rules struct {
	// Module is the path of the module. Packages are named relative to it; its root is ".".
	Module string
	// Imports lists for each package the packages of the module that it may import. A package that
	// is not listed is a problem, and so is an entry that no source needs.
	Imports map[string][]string
	// TestImports lists for each package further packages that its tests may import.
	TestImports map[string][]string
	// TestHelpers are packages that only test files may import, from anywhere.
	TestHelpers []string
	// MaxLines and MaxTestLines are the lengths of a source and of a test file.
	MaxLines, MaxTestLines int
	// MaxFiles is the number of source files, and the number of test files, in a directory.
	MaxFiles int
}

type sources struct {
	files, tests int
	imports      map[string]string
}

// Check returns what is wrong with the Go sources of a module, sorted.
func Check(module fs.FS, rules Rules) ([]string, error) {
	var problems []string
	packages := map[string]*sources{}
	err := fs.WalkDir(module, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		content, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		found, err := rules.checkFile(name, content, packages)
		problems = append(problems, found...)
		return err
	})
	if err != nil {
		return nil, err
	}
	problems = append(problems, rules.checkPackages(packages)...)
	problems = append(problems, rules.checkCycles()...)
	slices.Sort(problems)
	return problems, nil
}

func (r *Rules) checkFile(name string, content []byte, packages map[string]*sources) ([]string, error) {
	var problems []string
	pkg, isTest := path.Dir(name), strings.HasSuffix(name, "_test.go")
	if packages[pkg] == nil {
		packages[pkg] = &sources{imports: map[string]string{}}
	}
	most := r.MaxLines
	if isTest {
		most = r.MaxTestLines
		packages[pkg].tests++
	} else {
		packages[pkg].files++
	}
	if lines := bytes.Count(content, []byte("\n")); lines > most {
		problems = append(problems, fmt.Sprintf("%s has %d lines, the limit is %d", name, lines, most))
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		inside, isOurs := strings.CutPrefix(imported, r.Module+"/")
		switch {
		case !isOurs, inside == pkg, isTest && slices.Contains(r.TestImports[pkg], inside):
		case slices.Contains(r.TestHelpers, inside):
			if !isTest && !slices.Contains(r.Imports[pkg], inside) {
				problems = append(problems, fmt.Sprintf("%s imports %s, which only tests may import", name, inside))
			}
		case !slices.Contains(r.Imports[pkg], inside):
			problems = append(problems, fmt.Sprintf("%s imports %s, which %s may not import", name, inside, pkg))
		}
		packages[pkg].imports[inside] = name
	}
	return problems, nil
}

func (r *Rules) checkPackages(packages map[string]*sources) []string {
	var problems []string
	for name, found := range packages {
		allowed, listed := r.Imports[name]
		if !listed {
			problems = append(problems, fmt.Sprintf("the package %s is not in the list of packages", name))
		}
		for _, inside := range allowed {
			if found.imports[inside] == "" {
				problems = append(problems, fmt.Sprintf("%s may import %s but does not", name, inside))
			}
		}
		if found.files > r.MaxFiles || found.tests > r.MaxFiles {
			problems = append(problems, fmt.Sprintf("%s has %d source and %d test files, the limit is %d of each", name, found.files, found.tests, r.MaxFiles))
		}
	}
	for name := range r.Imports {
		if packages[name] == nil {
			problems = append(problems, fmt.Sprintf("the listed package %s does not exist", name))
		}
	}
	return problems
}

// checkCycles finds directories that import each other through their packages: the compiler sees
// only packages, so helm/service could import plane and plane/x helm/chart.
func (r *Rules) checkCycles() []string {
	areas := map[string]map[string]bool{}
	for from, list := range r.Imports {
		for _, to := range list {
			if a, b := area(from), area(to); a != b {
				if areas[a] == nil {
					areas[a] = map[string]bool{}
				}
				areas[a][b] = true
			}
		}
	}
	var problems []string
	for _, from := range slices.Sorted(maps.Keys(areas)) {
		if reaches(areas, from, from, map[string]bool{}) {
			problems = append(problems, fmt.Sprintf("%s imports itself through other directories", from))
		}
	}
	return problems
}

// area is the directory below internal/ that a package belongs to.
func area(pkg string) string {
	parts := strings.Split(pkg, "/")
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func reaches(areas map[string]map[string]bool, from, target string, seen map[string]bool) bool {
	for next := range areas[from] {
		if next == target {
			return true
		}
		if !seen[next] {
			seen[next] = true
			if reaches(areas, next, target, seen) {
				return true
			}
		}
	}
	return false
}
