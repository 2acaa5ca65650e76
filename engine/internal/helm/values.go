package helm

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"helm.sh/helm/v4/pkg/cli/values"
	"helm.sh/helm/v4/pkg/getter"
	"helm.sh/helm/v4/pkg/strvals"
)

// merge returns the values as "helm -f … --set …" would merge them.
func (f *valueFields) merge() (map[string]any, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	options := values.Options{
		ValueFiles:    f.ValueFiles,
		Values:        f.Set,
		StringValues:  f.SetString,
		JSONValues:    f.SetJSON,
		FileValues:    f.SetFile,
		LiteralValues: f.SetLiteral,
	}
	// Without getters Helm takes everything for a path: a test's values come from files.
	merged, err := options.MergeValues(getter.Providers{})
	if err != nil {
		return nil, valuesError(err, f.ValueFiles)
	}
	return merged, nil
}

func (f *valueFields) none() bool {
	return len(f.ValueFiles)+len(f.Set)+len(f.SetString)+len(f.SetJSON)+len(f.SetFile)+len(f.SetLiteral) == 0
}

// check refuses relative paths, and with them "-": Helm would read the
// engine's standard input, which is its lifeline.
func (f *valueFields) check() error {
	for _, path := range f.ValueFiles {
		if err := checkValuesFile("a values file", path); err != nil {
			return err
		}
	}
	for _, assignment := range f.SetFile {
		check := func(path []rune) (any, error) { return "", checkValuesFile("a file of setFile", string(path)) }
		if err := strvals.ParseIntoFile(assignment, map[string]any{}, check); err != nil {
			if refused, ok := errors.AsType[*Error](err); ok {
				return refused
			}
			return &Error{Code: CodeValues, Message: "failed parsing --set-file data: " + err.Error()}
		}
	}
	return nil
}

func checkValuesFile(what, path string) error {
	if err := checkAbsolute(what, path); err != nil {
		return err
	}
	if err := checkReadable(path, maxValuesFile); err != nil {
		return &Error{Code: CodeValues, File: filepath.Clean(path), Message: fmt.Sprintf("%s cannot be read: %v", what, err)}
	}
	return nil
}

func valuesError(err error, files []string) error {
	failure := &Error{Code: CodeValues, Message: err.Error()}
	if missing, ok := errors.AsType[*fs.PathError](err); ok {
		failure.File = missing.Path
		return failure
	}
	for _, file := range files {
		if strings.HasPrefix(err.Error(), "failed to parse "+file+":") {
			failure.File = filepath.Clean(file)
		}
	}
	failure.Line = yamlLine(err.Error())
	return failure
}
