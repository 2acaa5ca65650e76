package chart

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"helm.sh/helm/v4/pkg/chart/loader/archive"

	"seatrial/engine/internal/helm/failure"
)

// checkEncodings refuses a text file of a chart that is not UTF-8: Helm and YAML's parser fail on it
// with words that do not name the cause.
func checkEncodings(files []*archive.BufferedFile) error {
	for _, file := range files {
		if !isText(file.Name) {
			continue
		}
		if err := checkEncoding(file.Name, file.Data); err != nil {
			return err
		}
	}
	return nil
}

func checkEncoding(name string, data []byte) error {
	if strings.Contains(name, "templates/") {
		data = withoutComments(data)
	}
	encoding, line := encodingOf(data)
	if encoding == "" {
		return nil
	}
	return &failure.FileError{File: name, Line: line, Err: fmt.Errorf("%s %s\nHint: save the file as UTF-8", name, encoding)}
}

// isText reports whether Helm parses the file. Other files may be of any kind.
func isText(name string) bool {
	for {
		rest, isSubchart := strings.CutPrefix(name, "charts/")
		if !isSubchart {
			break
		}
		_, name, isSubchart = strings.Cut(rest, "/")
		if !isSubchart {
			return false
		}
	}
	switch {
	case path.Base(name) == "NOTES.txt":
		return false
	case strings.HasPrefix(name, "templates/"):
		return true
	case strings.HasPrefix(name, "crds/"):
		return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".json")
	}
	switch name {
	case "Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "requirements.yaml", "requirements.lock":
		return true
	}
	return false
}

var templateComment = regexp.MustCompile(`(?s)\{\{-?\s*/\*.*?\*/\s*-?\}\}`)

// withoutComments leaves only the line breaks of a template's comments, which never reach YAML.
func withoutComments(data []byte) []byte {
	return templateComment.ReplaceAllFunc(data, func(comment []byte) []byte {
		return bytes.Repeat([]byte("\n"), bytes.Count(comment, []byte("\n")))
	})
}

// encodingOf describes the encoding of a text that is not UTF-8, and the line where that shows; ""
// for UTF-8.
func encodingOf(data []byte) (string, int) {
	for _, known := range []struct {
		mark []byte
		name string
	}{
		{[]byte{0xFF, 0xFE, 0, 0}, "UTF-32"},
		{[]byte{0, 0, 0xFE, 0xFF}, "UTF-32"},
		{[]byte{0xFF, 0xFE}, "UTF-16 (little endian)"},
		{[]byte{0xFE, 0xFF}, "UTF-16 (big endian)"},
	} {
		if bytes.HasPrefix(data, known.mark) {
			return "is encoded in " + known.name + ", not in UTF-8", 1
		}
	}
	if bytes.IndexByte(data, 0) >= 0 {
		if isUTF16(data) {
			return "is encoded in UTF-16 without a byte order mark, not in UTF-8", 1
		}
		at := bytes.IndexByte(data, 0)
		return "has a zero byte: it is not a text", lineOf(data, at)
	}
	if utf8.Valid(data) {
		return "", 0
	}
	at := 0
	for {
		char, size := utf8.DecodeRune(data[at:])
		if char == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return fmt.Sprintf("is not encoded in UTF-8, but perhaps in Latin-1 or Windows-1252: byte 0x%X in line %d", data[at], lineOf(data, at)), lineOf(data, at)
}

// isUTF16 reports whether every other byte is nearly always zero, as in UTF-16 of Latin letters.
func isUTF16(data []byte) bool {
	zeros := [2]int{}
	for i, char := range data {
		if char == 0 {
			zeros[i%2]++
		}
	}
	return max(zeros[0], zeros[1]) > len(data)/4 && min(zeros[0], zeros[1]) < len(data)/16+1
}

func lineOf(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }
