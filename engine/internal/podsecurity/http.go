package podsecurity

import (
	"context"
	"encoding/json"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	utilversion "k8s.io/apimachinery/pkg/util/version"
	"k8s.io/pod-security-admission/api"

	"seatrial/engine/internal/jsonhttp"
)

// Path is where Handler answers.
const Path = "/v1/pod-security"

// request has Pods, or Pod templates: metadata and spec.
type request struct {
	Pods []json.RawMessage `json:"pods"`
	// Version of Kubernetes whose levels are meant, such as "v1.35.0"; empty for the newest.
	Version string `json:"version"`
}

// response has one answer for each Pod.
type response struct {
	Pods []judgedPod `json:"pods"`
}

type judgedPod struct {
	Violations []Violation `json:"violations"`
	// Problem is set for a Pod that cannot be decoded: the API server refuses it, too.
	Problem string `json:"problem,omitempty"`
}

// Handler judges the Pods of a request.
func Handler() http.Handler {
	return jsonhttp.Handle(func(_ context.Context, asked request) (*response, error) {
		version := api.LatestVersion()
		if parsed, err := utilversion.ParseGeneric(asked.Version); err == nil {
			version = api.MajorMinorVersion(int(parsed.Major()), int(parsed.Minor()))
		}
		answer := &response{Pods: make([]judgedPod, 0, len(asked.Pods))}
		for _, raw := range asked.Pods {
			answer.Pods = append(answer.Pods, judge(version, raw))
		}
		return answer, nil
	})
}

func judge(version api.Version, raw json.RawMessage) judgedPod {
	var pod corev1.Pod
	if err := json.Unmarshal(raw, &pod); err != nil {
		return judgedPod{Violations: []Violation{}, Problem: err.Error()}
	}
	return judgedPod{Violations: Evaluate(version, &pod.ObjectMeta, &pod.Spec)}
}
