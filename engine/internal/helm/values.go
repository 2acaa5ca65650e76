package helm

import (
	"errors"
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

// check refuses relative paths, and with them "-": Helm would read the
// engine's standard input, which is its lifeline.
func (f *valueFields) check() error {
	for _, path := range f.ValueFiles {
		if err := checkAbsolute("a values file", path); err != nil {
			return err
		}
	}
	for _, assignment := range f.SetFile {
		check := func(path []rune) (any, error) { return "", checkAbsolute("a file of setFile", string(path)) }
		if err := strvals.ParseIntoFile(assignment, map[string]any{}, check); err != nil {
			if refused, ok := errors.AsType[*Error](err); ok {
				return refused
			}
			return &Error{Code: CodeValues, Message: "failed parsing --set-file data: " + err.Error()}
		}
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
