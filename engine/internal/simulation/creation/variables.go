package creation

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/kubernetes/pkg/api/v1/resource"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"

	"seatrial/engine/internal/simulation/environment"
)

// assumedValue is the value of a key that a simulated container is assumed to have created.
const assumedValue = "assumed"

// variables are a container's environment variables.
type variables struct {
	values map[string]string
	// isConstant has the variables whose values are in the pod's spec.
	isConstant map[string]bool
	// hasSources says that all keys of an object are variables, now or when it changes.
	hasSources bool
}

func (v *variables) list() []kubecontainer.EnvVar {
	var list []kubecontainer.EnvVar
	for name, value := range v.values {
		list = append(list, kubecontainer.EnvVar{Name: name, Value: value})
	}
	return list
}

// variablesOf returns the variables as upstream's makeEnvironmentVariables does (k8s.io/kubernetes/pkg/kubelet,
// kubelet_pods.go), except those of Services. All objects that must exist do.
func variablesOf(
	ctx context.Context, client kubernetes.Interface, pod *corev1.Pod, container *corev1.Container, addresses environment.Addresses,
) (*variables, error) {
	v := &variables{values: map[string]string{}, isConstant: map[string]bool{}}
	for _, from := range container.EnvFrom {
		v.hasSources = true
		var data map[string]string
		var err error
		switch {
		case from.ConfigMapRef != nil:
			data, _, err = valuesOfConfigMap(ctx, client, pod.Namespace, from.ConfigMapRef.Name)
		case from.SecretRef != nil:
			data, _, err = valuesOfSecret(ctx, client, pod.Namespace, from.SecretRef.Name)
		}
		if err != nil {
			return nil, err
		}
		for key, value := range data {
			v.values[from.Prefix+key] = value
		}
	}
	expand := expansion.MappingFuncFor(v.values)
	for _, variable := range container.Env {
		value, isConstant, err := variable.Value, variable.ValueFrom == nil, error(nil)
		switch {
		case value != "":
			value = expansion.Expand(value, func(name string) string {
				isConstant = isConstant && v.isConstant[name]
				return expand(name)
			})
		case variable.ValueFrom != nil:
			value, err = valueFrom(ctx, client, pod, container, variable.ValueFrom, addresses)
		}
		if err != nil {
			return nil, err
		}
		v.values[variable.Name], v.isConstant[variable.Name] = value, isConstant
	}
	return v, nil
}

func valueFrom(
	ctx context.Context, client kubernetes.Interface, pod *corev1.Pod, container *corev1.Container, source *corev1.EnvVarSource,
	addresses environment.Addresses,
) (string, error) {
	switch {
	case source.FieldRef != nil:
		return environment.FieldValue(pod, source.FieldRef, addresses)
	case source.ResourceFieldRef != nil:
		if source.ResourceFieldRef.ContainerName == "" {
			return resource.ExtractContainerResourceValue(source.ResourceFieldRef, container)
		}
		return resource.ExtractResourceValueByContainerName(source.ResourceFieldRef, pod, source.ResourceFieldRef.ContainerName)
	case source.ConfigMapKeyRef != nil:
		values, exists, err := valuesOfConfigMap(ctx, client, pod.Namespace, source.ConfigMapKeyRef.Name)
		return valueOf(values, exists, source.ConfigMapKeyRef.Key), err
	case source.SecretKeyRef != nil:
		values, exists, err := valuesOfSecret(ctx, client, pod.Namespace, source.SecretKeyRef.Name)
		return valueOf(values, exists, source.SecretKeyRef.Key), err
	}
	// A file of a volume, whose content is not known.
	return assumedValue, nil
}

func valueOf(values map[string]string, exists bool, key string) string {
	if !exists {
		return assumedValue
	}
	return values[key]
}

// valuesOfConfigMap reads an object with its values, which the caches do not have. An object that does not exist
// here is optional or assumed.
func valuesOfConfigMap(ctx context.Context, client kubernetes.Interface, namespace, name string) (map[string]string, bool, error) {
	config, err := client.CoreV1().ConfigMaps(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, false, exceptNotFound(err)
	}
	return config.Data, true, nil
}

func valuesOfSecret(ctx context.Context, client kubernetes.Interface, namespace, name string) (map[string]string, bool, error) {
	secret, err := client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, false, exceptNotFound(err)
	}
	values := map[string]string{}
	for key, value := range secret.Data {
		values[key] = string(value)
	}
	return values, true, nil
}

func exceptNotFound(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
