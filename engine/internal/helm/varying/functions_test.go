package varying

import (
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

// render executes a text with the functions, over sprig's others.
func render(t *testing.T, functions *Functions, text string) string {
	t.Helper()
	parsed, err := template.New("text").Funcs(sprig.TxtFuncMap()).Funcs(functions.Map).Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var output strings.Builder
	if err := parsed.Execute(&output, map[string]any{"list": map[string]any{"a": 1}}); err != nil {
		t.Fatal(err)
	}
	return output.String()
}

func TestACallOfAVaryingFunctionIsRecorded(t *testing.T) {
	for text, varies := range map[string]bool{
		`{{ upper "a" }}`:                     false,
		`{{ if false }}{{ uuidv4 }}{{ end }}`: false,
		`{{ uuidv4 }}`:                        true,
		`{{ now | date "2006" }}`:             true,
		`{{ keys .list | sortAlpha }}`:        true,
		`{{ values .list }}`:                  true,
		`{{ randAlphaNum 5 }}`:                true,
		`{{ define "a" }}{{ randInt 1 9 }}{{ end }}{{ template "a" }}`: true,
	} {
		for _, quickKeys := range []bool{false, true} {
			functions := New(quickKeys)
			render(t, functions, text)
			if functions.Called() != varies {
				t.Errorf("%s: called is %t, want %t", text, functions.Called(), varies)
			}
		}
	}
}

func TestTheFunctionsOfSprigThatVaryAreAllListed(t *testing.T) {
	upstream := sprig.GenericFuncMap()
	for _, name := range names {
		if upstream[name] == nil {
			t.Errorf("sprig has no function %s", name)
		}
	}
	for name := range upstream {
		isRandom := strings.HasPrefix(name, "rand") || strings.HasPrefix(name, "gen") || strings.HasPrefix(name, "uuid")
		if isRandom && New(false).Map[name] == nil {
			t.Errorf("%s is not listed", name)
		}
	}
}

const certificates = `{{ $ca := genCA "ca" 1 -}}
{{ $own := genSelfSignedCert "own" (list "192.0.2.1") (list "own.example.com") 1 -}}
{{ $signed := genSignedCert "signed" nil (list "a.example.com") 1 $ca -}}
{{ range list $ca $own $signed }}{{ .Cert }}{{ .Key }}{{ end }}{{ genPrivateKey "rsa" }}{{ genPrivateKey "" }}{{ genPrivateKey "dsa" }}`

func TestQuickKeysAreNewInEachRendering(t *testing.T) {
	start := time.Now()
	one, other := render(t, New(true), certificates), render(t, New(true), certificates)
	for _, output := range []string{one, other} {
		if count := strings.Count(output, "-----BEGIN CERTIFICATE-----"); count != 3 {
			t.Errorf("%d certificates", count)
		}
		if count := strings.Count(output, "-----BEGIN PRIVATE KEY-----"); count != 6 {
			t.Errorf("%d keys", count)
		}
	}
	for _, line := range strings.Split(one, "\n") {
		if line != "" && !strings.HasPrefix(line, "-----") && strings.HasPrefix(line, "MC4") && strings.Contains(other, line) {
			t.Errorf("a key is in both: %s", line)
		}
	}
	// Twelve RSA and DSA keys take minutes.
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestWithoutQuickKeysTheyAreThoseOfSprig(t *testing.T) {
	output := render(t, New(false), `{{ $ca := genCA "ca" 1 }}{{ $ca.Key }}{{ genPrivateKey "ecdsa" }}`)
	for _, header := range []string{"BEGIN RSA PRIVATE KEY", "BEGIN EC PRIVATE KEY"} {
		if !strings.Contains(output, header) {
			t.Errorf("%s is missing in %s", header, output)
		}
	}
	if output := render(t, New(true), `{{ genPrivateKey "ecdsa" }}`); !strings.Contains(output, "BEGIN EC PRIVATE KEY") {
		t.Error("a key of another kind than asked for: " + output)
	}
}
