package podsecurity

import (
	"context"
	"encoding/json"
	"net/http"

	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/jsonhttp"
)

// Path is where Handler answers.
const Path = "/v1/pod-security"

// request has Pods, or Pod templates: metadata and spec.
type request struct {
	Pods []json.RawMessage `json:"pods"`
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
		answer := &response{Pods: make([]judgedPod, 0, len(asked.Pods))}
		for _, raw := range asked.Pods {
			answer.Pods = append(answer.Pods, judge(raw))
		}
		return answer, nil
	})
}

func judge(raw json.RawMessage) judgedPod {
	var pod corev1.Pod
	if err := json.Unmarshal(raw, &pod); err != nil {
		return judgedPod{Violations: []Violation{}, Problem: err.Error()}
	}
	return judgedPod{Violations: Evaluate(&pod.ObjectMeta, &pod.Spec)}
}
