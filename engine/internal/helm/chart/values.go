package chart

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v4/pkg/cli/values"
	"helm.sh/helm/v4/pkg/getter"
	"helm.sh/helm/v4/pkg/strvals"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// MergeValues merges the values as "helm -f … --set …" would.
func MergeValues(f *wire.ValueFields) (map[string]any, error) {
	return MergeValuesWith(f, func() (map[string]any, error) {
		options := values.Options{
			ValueFiles:    f.ValueFiles,
			Values:        f.Set,
			StringValues:  f.SetString,
			JSONValues:    f.SetJSON,
			FileValues:    f.SetFile,
			LiteralValues: f.SetLiteral,
		}
		// Without getters Helm treats every argument as a path: the values of a test come from files.
		return options.MergeValues(getter.Providers{})
	})
}

// MergeValuesWith checks the values, and describes the error of the function that merges them.
func MergeValuesWith(f *wire.ValueFields, merge func() (map[string]any, error)) (map[string]any, error) {
	if err := checkValues(f); err != nil {
		return nil, err
	}
	merged, err := merge()
	if err != nil {
		return nil, valuesError(err, f.ValueFiles)
	}
	return merged, nil
}

// checkValues refuses relative paths and with them "-": Helm would read the engine's standard
// input, which is its lifeline.
func checkValues(f *wire.ValueFields) error {
	for _, path := range f.ValueFiles {
		if err := checkValuesFile("a values file", path); err != nil {
			return err
		}
	}
	for _, assignment := range f.SetFile {
		check := func(path []rune) (any, error) { return "", checkValuesFile("a file of setFile", string(path)) }
		if err := strvals.ParseIntoFile(assignment, map[string]any{}, check); err != nil {
			if refused, ok := errors.AsType[*wire.Error](err); ok {
				return refused
			}
			return &wire.Error{Code: wire.CodeValues, Message: "failed parsing --set-file data: " + err.Error()}
		}
	}
	return nil
}

func checkValuesFile(what, path string) error {
	if err := wire.CheckAbsolute(what, path); err != nil {
		return err
	}
	if err := checkReadable(path, maxValuesFile); err != nil {
		return &wire.Error{Code: wire.CodeValues, File: filepath.Clean(path), Message: fmt.Sprintf("%s cannot be read: %v", what, err)}
	}
	return nil
}

func valuesError(err error, files []string) error {
	refused := &wire.Error{Code: wire.CodeValues, Message: err.Error()}
	if missing, ok := errors.AsType[*fs.PathError](err); ok {
		refused.File = missing.Path
		return refused
	}
	for _, file := range files {
		if strings.HasPrefix(err.Error(), "failed to parse "+file+":") {
			refused.File = filepath.Clean(file)
		}
	}
	refused.Line = failure.YAMLLine(err.Error())
	if broken := wrongEncoding(files); broken != nil {
		refused.Message, refused.File, refused.Line = broken.Error(), broken.File, broken.Line
	}
	return refused
}

// wrongEncoding is the first file that is not UTF-8: Helm's parser does not say so.
func wrongEncoding(files []string) *failure.FileError {
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if broken, ok := errors.AsType[*failure.FileError](checkEncoding(filepath.Clean(file), data)); ok {
			return broken
		}
	}
	return nil
}
