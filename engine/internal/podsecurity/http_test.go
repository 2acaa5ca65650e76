package podsecurity

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const strictContainer = `{"name":"ok","securityContext":{"runAsNonRoot":true,"allowPrivilegeEscalation":false,` +
	`"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}`

func ask(t *testing.T, pods string) []judgedPod {
	t.Helper()
	return askOf(t, "", pods)
}

func askOf(t *testing.T, version, pods string) []judgedPod {
	t.Helper()
	recorder := httptest.NewRecorder()
	Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, Path, strings.NewReader(`{"version":"`+version+`","pods":[`+pods+`]}`)))
	var answer response
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code != http.StatusOK {
		t.Fatalf("answered %d: %s", recorder.Code, recorder.Body)
	}
	return answer.Pods
}

func checksOf(pod judgedPod) string {
	names := make([]string, 0, len(pod.Violations))
	for _, violation := range pod.Violations {
		names = append(names, strings.TrimPrefix(string(violation.Level)+" "+violation.Check+" "+violation.Container, " "))
	}
	return strings.Join(names, ", ")
}

func TestEachContainerIsNamedByTheChecksThatItDoesNotPass(t *testing.T) {
	for name, row := range map[string]struct{ pod, checks string }{
		"a strict Pod": {`{"spec":{"containers":[` + strictContainer + `]}}`, ""},
		"a sidecar without a security context": {
			`{"spec":{"containers":[` + strictContainer + `,{"name":"bare"}]}}`,
			"restricted allowPrivilegeEscalation bare, restricted capabilities_restricted bare, " +
				"restricted runAsNonRoot bare, restricted seccompProfile_restricted bare",
		},
		"a privileged init container": {
			`{"spec":{"initContainers":[{"name":"setup","securityContext":{"privileged":true,"runAsNonRoot":true,` +
				`"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}],"containers":[` + strictContainer + `]}}`,
			"baseline privileged setup, restricted allowPrivilegeEscalation setup",
		},
		"the node's network":  {`{"spec":{"hostNetwork":true,"containers":[` + strictContainer + `]}}`, "baseline hostNamespaces "},
		"a path of the node":  {`{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}],"containers":[` + strictContainer + `]}}`, "baseline hostPathVolumes , restricted restrictedVolumes "},
		"a port of the node":  {`{"spec":{"containers":[` + strings.TrimSuffix(strictContainer, "}") + `,"ports":[{"containerPort":80,"hostPort":80}]}]}}`, "baseline hostPorts ok"},
		"an added capability": {`{"spec":{"containers":[` + strings.Replace(strictContainer, `"drop"`, `"add":["SYS_ADMIN"],"drop"`, 1) + `]}}`, "baseline capabilities_baseline ok, restricted capabilities_restricted ok"},
	} {
		if got := checksOf(ask(t, row.pod)[0]); got != row.checks {
			t.Errorf("%s: got %q, want %q", name, got, row.checks)
		}
	}
}

func TestTheLevelsAreThoseOfAVersion(t *testing.T) {
	asRoot := strings.Replace(strictContainer, `"runAsNonRoot":true,`, "", 1)
	pod := `{"spec":{"hostUsers":false,"containers":[` + asRoot + `]}}`
	const refused = "restricted runAsNonRoot ok"
	for version, want := range map[string]string{"": "", "v1.37.2": "", "v1.35.0": "", "v1.34.0": refused, "1.34": refused} {
		if got := checksOf(askOf(t, version, pod)[0]); got != want {
			t.Errorf("%q: got %q, want %q", version, got, want)
		}
	}
}

func TestAPodThatCannotBeDecodedHasAProblem(t *testing.T) {
	pods := ask(t, `{"spec":{"hostNetwork":"yes"}},{"spec":{"containers":[`+strictContainer+`]}}`)
	if len(pods) != 2 || !strings.Contains(pods[0].Problem, "hostNetwork") || pods[1].Problem != "" {
		t.Errorf("got %+v", pods)
	}
}
