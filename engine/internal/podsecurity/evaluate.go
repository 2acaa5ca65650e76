// Package podsecurity judges Pods by the Pod Security Standards, with the checks of the API server.
package podsecurity

import (
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// Violation is one check that a Pod does not pass, in the words of the API server.
type Violation struct {
	// Level is the least strict level that has the check.
	Level api.Level `json:"level"`
	// Check is the identifier of the check, for example "runAsNonRoot".
	Check string `json:"check"`
	// Reason is for example "runAsNonRoot != true".
	Reason string `json:"reason"`
	// Detail names containers and fields.
	Detail string `json:"detail,omitempty"`
	// Container is empty if the Pod's own fields are at fault.
	Container string `json:"container,omitempty"`
}

var checks = sync.OnceValue(policy.DefaultChecks)

// Evaluate returns what is not allowed in each level of a version of Kubernetes: first that of the baseline, then what only
// the restricted level forbids. A Pod without violations meets the restricted level.
func Evaluate(version api.Version, meta *metav1.ObjectMeta, spec *corev1.PodSpec) []Violation {
	violations := []Violation{}
	for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
		for _, check := range checks() {
			if versioned := ofVersion(&check, version); check.Level == level && versioned != nil {
				violations = append(violations, violationsOf(&check, versioned, meta, spec)...)
			}
		}
	}
	return withoutOverridden(version, violations)
}

// ofVersion is nil for a check that the version does not have.
func ofVersion(check *policy.Check, version api.Version) *policy.VersionedCheck {
	for i := len(check.Versions) - 1; i >= 0; i-- {
		if !version.Older(check.Versions[i].MinimumVersion) {
			return &check.Versions[i]
		}
	}
	return nil
}

// A check names all containers in one text: each is judged by itself, so that it can be named.
func violationsOf(check *policy.Check, versioned *policy.VersionedCheck, meta *metav1.ObjectMeta, spec *corev1.PodSpec) []Violation {
	run := versioned.CheckPod
	whole := run(meta, spec)
	if whole.Allowed {
		return nil
	}
	bare := withContainers(spec, nil, nil)
	if result := run(meta, bare); !result.Allowed {
		return []Violation{toViolation(check, &whole, "")}
	}
	var violations []Violation
	for i := range spec.InitContainers {
		if result := run(meta, withContainers(spec, spec.InitContainers[i:i+1], nil)); !result.Allowed {
			violations = append(violations, toViolation(check, &result, spec.InitContainers[i].Name))
		}
	}
	for i := range spec.Containers {
		if result := run(meta, withContainers(spec, nil, spec.Containers[i:i+1])); !result.Allowed {
			violations = append(violations, toViolation(check, &result, spec.Containers[i].Name))
		}
	}
	if len(violations) == 0 {
		return []Violation{toViolation(check, &whole, "")}
	}
	return violations
}

func withContainers(spec *corev1.PodSpec, initial, others []corev1.Container) *corev1.PodSpec {
	chosen := *spec
	chosen.InitContainers, chosen.Containers, chosen.EphemeralContainers = initial, others, nil
	return &chosen
}

func toViolation(check *policy.Check, result *policy.CheckResult, container string) Violation {
	return Violation{
		Level: check.Level, Check: string(check.ID), Reason: result.ForbiddenReason, Detail: result.ForbiddenDetail, Container: container,
	}
}

// A check of the restricted level includes those of the baseline that it overrides: one fault is
// reported once, by the less strict check.
func withoutOverridden(version api.Version, violations []Violation) []Violation {
	overridden := map[string][]policy.CheckID{}
	for _, check := range checks() {
		if versioned := ofVersion(&check, version); versioned != nil {
			overridden[string(check.ID)] = versioned.OverrideCheckIDs
		}
	}
	return slices.DeleteFunc(slices.Clone(violations), func(one Violation) bool {
		return slices.ContainsFunc(violations, func(other Violation) bool {
			isSame := other.Container == one.Container && other.Reason == one.Reason && other.Detail == one.Detail
			return isSame && slices.Contains(overridden[one.Check], policy.CheckID(other.Check))
		})
	})
}
