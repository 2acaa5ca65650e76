package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"helm.sh/helm/v4/pkg/strvals"

	"seatrial/engine/internal/helm/wire"
)

// ValuesDigest identifies the values by the contents of the files and the texts of the settings.
// Nothing is parsed as YAML.
func ValuesDigest(f *wire.ValueFields) (string, error) {
	if err := checkValues(f); err != nil {
		return "", err
	}
	var parts []string
	for _, path := range f.ValueFiles {
		content, err := fileDigest(path)
		if err != nil {
			return "", err
		}
		parts = append(parts, content)
	}
	for _, assignment := range f.SetFile {
		read := func(path []rune) (any, error) { return fileDigest(string(path)) }
		found := map[string]any{}
		if err := strvals.ParseIntoFile(assignment, found, read); err != nil {
			return "", err
		}
		body, err := json.Marshal(found)
		if err != nil {
			return "", err
		}
		parts = append(parts, string(body))
	}
	body, err := json.Marshal([][]string{parts, f.Set, f.SetString, f.SetJSON, f.SetLiteral})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

func fileDigest(path string) (string, error) {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(file, maxValuesFile)); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
