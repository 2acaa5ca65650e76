// Package environment has the environment variables of a container, as far as its pod decides them.
package environment

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

// Unknown stands for a text that is not known, or for an unknown part of one. It is a character of the private
// use area, so a text of a user that contains it is taken for unknown as well.
const Unknown = "\uE000"

// IsUnknown reports a text that is not known, or not as a whole.
func IsUnknown(text string) bool { return strings.Contains(text, Unknown) }

const (
	// maxText is the length in bytes from which an expanded text is unknown.
	maxText = 64 << 10
	// maxExpanded is the length in bytes of all expanded texts of one container.
	maxExpanded = 1 << 20
)

// Variables are the environment variables of a container. The zero value has none whose value is known.
type Variables struct {
	// values are the variables that the pod's spec names: their values, or Unknown.
	values map[string]string
	// hasSources says that all keys of an object are variables, too.
	hasSources bool
	// room is how much more may be expanded.
	room int
}

// Of returns the variables that a kubelet sets for a container, from what is known when the container starts. The
// values in ConfigMaps and Secrets are unknown, and so are all variables that the spec does not name: the image or a
// Service may set them.
func Of(pod *corev1.Pod, container *corev1.Container, addresses Addresses) *Variables {
	v := &Variables{values: map[string]string{}, hasSources: len(container.EnvFrom) > 0, room: maxExpanded}
	for _, variable := range container.Env {
		value := variable.Value
		if value == "" && variable.ValueFrom != nil {
			value = valueFrom(pod, container, variable.ValueFrom, addresses)
		} else {
			value = v.expand(value)
		}
		if IsUnknown(value) {
			value = Unknown
		}
		v.values[variable.Name] = value
	}
	return v
}

// Value returns the value of a variable; ok is false when it is not known.
func (v *Variables) Value(name string) (value string, ok bool) {
	if v == nil {
		return "", false
	}
	value, ok = v.values[name]
	return value, ok && value != Unknown
}

// Expand replaces the references $(NAME) in a container's command, as a kubelet does.
func (v *Variables) Expand(command []string) []string {
	return expandAll(command, v.expand)
}

// ExpandStatic replaces the references $(NAME) in the command of a probe. A kubelet takes the values from the spec as
// they are, and the empty text for a variable with a source.
func ExpandStatic(command []string, env []corev1.EnvVar) []string {
	v := &Variables{values: map[string]string{}, room: maxExpanded}
	for _, variable := range env {
		v.values[variable.Name] = variable.Value
	}
	return expandAll(command, func(text string) string {
		return v.expandWith(text, func(name string) string {
			if value, exists := v.values[name]; exists {
				return value
			}
			return reference(name)
		})
	})
}

func expandAll(command []string, expand func(string) string) []string {
	expanded := make([]string, len(command))
	for index, text := range command {
		expanded[index] = expand(text)
	}
	return expanded
}

func (v *Variables) expand(text string) string {
	return v.expandWith(text, func(name string) string {
		value, isNamed := v.values[name]
		switch {
		case isNamed:
			return value
		case v.hasSources && isKey(name), IsOfService(name):
			return Unknown
		}
		return reference(name)
	})
}

// expandWith bounds the length of an expanded text: a few variables can name each other a thousand times each.
func (v *Variables) expandWith(text string, valueOf func(name string) string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	length := len(text)
	expanded := expansion.Expand(text, func(name string) string {
		value := valueOf(name)
		if length += len(value) - len(reference(name)); length > min(maxText, v.room) {
			return ""
		}
		return value
	})
	if length > min(maxText, v.room) {
		return Unknown
	}
	v.room -= length
	return expanded
}

// reference is what remains of a reference to a variable that does not exist.
func reference(name string) string { return "$(" + name + ")" }

// IsOfService reports a variable that a kubelet sets for a Service.
func IsOfService(name string) bool {
	return strings.Contains(name, "_SERVICE_") || strings.Contains(name, "_PORT")
}

// isKey reports a name that a key of a ConfigMap or a Secret can have.
func isKey(name string) bool {
	return strings.IndexFunc(name, func(char rune) bool {
		return char != '-' && char != '_' && char != '.' && (char < '0' || char > '9') &&
			(char < 'a' || char > 'z') && (char < 'A' || char > 'Z')
	}) < 0
}
