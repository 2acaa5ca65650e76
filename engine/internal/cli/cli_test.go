package cli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The tools end their process, so the tests run this binary again as the tool.
const toolVariable = "SEATRIAL_TEST_TOOL"

func TestMain(m *testing.M) {
	if tool := ToolOf(os.Args[0]); tool != nil {
		os.Exit(tool(os.Args[0], os.Args[1:]))
	}
	if tool := FindTool(os.Getenv(toolVariable)); tool != nil {
		os.Exit(tool("", os.Args[1:]))
	}
	os.Exit(m.Run())
}

type result struct {
	stdout, stderr string
	code           int
}

// run starts the tool with an empty home directory, where it finds no kubeconfig.
func run(t *testing.T, tool, stdin string, arguments ...string) result {
	t.Helper()
	home := t.TempDir()
	command := exec.Command(os.Args[0], arguments...)
	command.Env = []string{"HOME=" + home, "PATH=" + home, "KUBECONFIG=" + filepath.Join(home, "none"), toolVariable + "=" + tool}
	command.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	code := 0
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		code = ended.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), code}
}

func TestKubectlIsUpstreams(t *testing.T) {
	if got := run(t, "kubectl", "", "version", "--client", "--output=json"); got.code != 0 || !strings.Contains(got.stdout, `"clientVersion"`) {
		t.Errorf("version: %+v", got)
	}
	if got := run(t, "kubectl", "", "get", "--help"); got.code != 0 || !strings.Contains(got.stdout, "kubectl get [(-o|--output=)") {
		t.Errorf("help: %+v", got)
	}
	if got := run(t, "kubectl", "", "explode"); got.code != 1 || !strings.Contains(got.stderr, `unknown command "explode" for "kubectl"`) {
		t.Errorf("an unknown command: %+v", got)
	}
	manifest := "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-stdin\n"
	if got := run(t, "kubectl", manifest, "create", "--dry-run=client", "--validate=false", "--output=name", "-f", "-"); got.code != 1 || !strings.Contains(got.stderr, "localhost:8080") {
		t.Errorf("without a cluster: %+v", got)
	}
	if got := run(t, "kubectl", manifest, "label", "--local", "--output=yaml", "-f", "-", "a=b"); got.code != 0 || !strings.Contains(got.stdout, "a: b") || !strings.Contains(got.stdout, "name: from-stdin") {
		t.Errorf("standard input is not passed on: %+v", got)
	}
}

func TestHelmIsUpstreams(t *testing.T) {
	if got := run(t, "helm", "", "version", "--short"); got.code != 0 || !strings.HasPrefix(got.stdout, "v4") {
		t.Errorf("version: %+v", got)
	}
	if got := run(t, "helm", "", "install", "--help"); got.code != 0 || !strings.Contains(got.stdout, "helm install [NAME] [CHART] [flags]") {
		t.Errorf("help: %+v", got)
	}
	if got := run(t, "helm", "", "explode"); got.code != 1 || !strings.Contains(got.stderr, `unknown command "explode" for "helm"`) {
		t.Errorf("an unknown command: %+v", got)
	}
	chart := filepath.Join(t.TempDir(), "web")
	if err := os.MkdirAll(filepath.Join(chart, "templates"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"Chart.yaml":            "apiVersion: v2\nname: web\nversion: 1.2.3\n",
		"templates/config.yaml": "text: {{ .Values.text }}\n",
	} {
		if err := os.WriteFile(filepath.Join(chart, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := run(t, "helm", "text: from stdin\n", "template", chart, "--values", "-"); got.code != 0 || !strings.Contains(got.stdout, "text: from stdin") {
		t.Errorf("standard input is not passed on: %+v", got)
	}
	if got := run(t, "helm", "", "lint", filepath.Join(chart, "templates")); got.code != 1 || !strings.Contains(got.stderr, "1 chart(s) failed") {
		t.Errorf("a failed lint: %+v", got)
	}
}
