package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestToolOf(t *testing.T) {
	for program, expected := range map[string]bool{
		"kubectl": true, "/state/bin/helm": true, "./helm.exe": true, "bin/kubectl.exe": true,
		"seatrial-engine": false, "/helm/seatrial-engine": false, "kubectl-web": false, "helm3": false, "": false,
	} {
		if got := ToolOf(program) != nil; got != expected {
			t.Errorf("%q is a tool: %v", program, got)
		}
	}
}

// link makes a link to this program, and returns its path.
func link(t *testing.T, name string) string {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.Symlink(own, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// runLink starts the link with an empty home directory and a PATH of the given directories.
func runLink(t *testing.T, name, path string, arguments ...string) string {
	t.Helper()
	home := t.TempDir()
	command := exec.Command(name, arguments...)
	command.Env = []string{"HOME=" + home, "PATH=" + path, "KUBECONFIG=" + filepath.Join(home, "none"), "KUBECTL_PATH=/else/kubectl", "HELM_BIN=/else/helm"}
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, arguments, err, output)
	}
	return string(output)
}

func TestALinkNamedLikeAToolIsTheTool(t *testing.T) {
	if got := runLink(t, link(t, "kubectl"), "", "version", "--client"); !strings.Contains(got, "Client Version: v") {
		t.Error(got)
	}
	if got := runLink(t, link(t, "helm"), "", "version", "--short"); !strings.HasPrefix(got, "v4") {
		t.Error(got)
	}
}

func TestAPluginOfKubectlGetsThePathOfTheLink(t *testing.T) {
	kubectl, plugins := link(t, "kubectl"), t.TempDir()
	script := "#!/bin/sh\nenv | grep ^KUBECTL_PATH=\nexec \"$KUBECTL_PATH\" version --client\n"
	if err := os.WriteFile(filepath.Join(plugins, "kubectl-who"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	path := strings.Join([]string{plugins, "/usr/bin", "/bin"}, string(os.PathListSeparator))
	got := runLink(t, kubectl, path, "who")
	first, rest, _ := strings.Cut(got, "\n")
	if first != "KUBECTL_PATH="+kubectl || !strings.Contains(rest, "Client Version: v") {
		t.Error(got)
	}
}

func TestAPluginOfHelmGetsThePathOfTheLink(t *testing.T) {
	helm := link(t, "helm")
	if got := strings.TrimSpace(runLink(t, helm, "", "env", "HELM_BIN")); got != helm {
		t.Errorf("HELM_BIN is %q", got)
	}
	// As a shell starts it that finds it on PATH.
	shell := "exec helm env HELM_BIN"
	command := exec.Command("/bin/sh", "-c", shell)
	command.Env = []string{"HOME=" + t.TempDir(), "PATH=" + filepath.Dir(helm)}
	output, err := command.CombinedOutput()
	if got := strings.TrimSpace(string(output)); err != nil || got != helm {
		t.Errorf("HELM_BIN is %q: %v", got, err)
	}
}
