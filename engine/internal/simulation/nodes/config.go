// Package nodes creates the simulated nodes and reports their conditions.
package nodes

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Annotation marks simulated objects. The simulation adds it to a Node without it; a Node that has it
// with a value other than "true", and the Pods on it, are not simulated.
const Annotation = "seatrial.dev/simulated"

// AreSimulated reports whether the node and its pods are simulated.
func AreSimulated(node *corev1.Node) bool { return node.Annotations[Annotation] == "true" }

// Config describes one node.
type Config struct {
	Name string `json:"name"`
	// Zone and Region become the well-known topology labels.
	Zone   string `json:"zone,omitempty"`
	Region string `json:"region,omitempty"`
	// Architecture is "amd64" when it is empty.
	Architecture string            `json:"architecture,omitempty"`
	Labels       map[string]string `json:"labels,omitempty"`
	Taints       []corev1.Taint    `json:"taints,omitempty"`
	// Capacity overrides or extends the default capacity. All of it is allocatable.
	Capacity corev1.ResourceList `json:"capacity,omitempty"`
}

// Defaults returns three nodes, each in its own zone.
func Defaults() []Config {
	return []Config{
		{Name: "node-1", Zone: "zone-a", Region: "region-1"},
		{Name: "node-2", Zone: "zone-b", Region: "region-1"},
		{Name: "node-3", Zone: "zone-c", Region: "region-1"},
	}
}

// defaultCapacity is large, so that all charts of a suite fit at the same time.
func defaultCapacity() corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("32"),
		corev1.ResourceMemory:           resource.MustParse("128Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("512Gi"),
		corev1.ResourcePods:             resource.MustParse("500"),
	}
}

// Validate returns what is wrong with the nodes. The API server does not validate the initial ones.
func Validate(configs []Config) error {
	names := map[string]bool{}
	for index, config := range configs {
		if problems := validation.IsDNS1123Subdomain(config.Name); len(problems) > 0 {
			return fmt.Errorf("nodes[%d].name is %q: %s", index, config.Name, problems[0])
		}
		if names[config.Name] {
			return fmt.Errorf("nodes[%d].name is %q, the name of another node", index, config.Name)
		}
		names[config.Name] = true
		labels := labelsOf(config)
		if problems := metav1validation.ValidateLabels(labels, field.NewPath("labels")); len(problems) > 0 {
			return fmt.Errorf("nodes[%d] (%s): %w", index, config.Name, problems.ToAggregate())
		}
		for at, taint := range config.Taints {
			switch taint.Effect {
			case corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute:
			default:
				return fmt.Errorf("nodes[%d].taints[%d].effect is %q: it must be NoSchedule, PreferNoSchedule or NoExecute",
					index, at, taint.Effect)
			}
			if problems := validation.IsQualifiedName(taint.Key); len(problems) > 0 {
				return fmt.Errorf("nodes[%d].taints[%d].key is %q: %s", index, at, taint.Key, problems[0])
			}
		}
		for name, quantity := range config.Capacity {
			if quantity.Sign() < 0 {
				return fmt.Errorf("nodes[%d].capacity.%s is %s: it must not be negative", index, name, quantity.String())
			}
		}
	}
	return nil
}
