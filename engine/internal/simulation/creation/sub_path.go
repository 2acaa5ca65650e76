// Package creation finds the problems that keep a kubelet from creating a container, besides objects that do not
// exist.
package creation

import (
	"context"
	"fmt"
	"path"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	volumevalidation "k8s.io/kubernetes/pkg/volume/validation"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"

	"seatrial/engine/internal/simulation/environment"
	"seatrial/engine/internal/simulation/lifecycle"
)

// SubPathProblem returns a kubelet's problem with the first subPathExpr of a container, as upstream's makeMounts
// does (k8s.io/kubernetes/pkg/kubelet, kubelet_pods.go). The API server has checked subPath.
func SubPathProblem(
	ctx context.Context, client kubernetes.Interface, pod *corev1.Pod, container *corev1.Container, addresses environment.Addresses,
) lifecycle.Problem {
	var variables *variables
	for _, mount := range container.VolumeMounts {
		if mount.SubPathExpr == "" {
			continue
		}
		if variables == nil {
			read, err := variablesOf(ctx, client, pod, container, addresses)
			if err != nil {
				return lifecycle.Problem{Message: err.Error()}
			}
			variables = read
		}
		if err := expandedPathError(mount, variables.list()); err != nil {
			return lifecycle.Problem{Message: err.Error(), Permanent: variables.areConstant(mount.SubPathExpr)}
		}
	}
	return lifecycle.Problem{}
}

func expandedPathError(mount corev1.VolumeMount, variables []kubecontainer.EnvVar) error {
	expanded, err := kubecontainer.ExpandContainerVolumeMounts(mount, variables)
	if err != nil {
		return err
	}
	if path.IsAbs(expanded) {
		return fmt.Errorf("error SubPath `%s` must not be an absolute path", expanded)
	}
	if err := volumevalidation.ValidatePathNoBacksteps(expanded); err != nil {
		return fmt.Errorf("unable to provision SubPath `%s`: %w", expanded, err)
	}
	return nil
}

// areConstant reports that no change in the cluster changes what the expression expands to.
func (v *variables) areConstant(expression string) bool {
	constant := true
	expansion.Expand(expression, func(name string) string {
		_, known := v.values[name]
		constant = constant && v.isConstant[name] || constant && !known && !v.hasSources && !environment.IsOfService(name)
		return ""
	})
	return constant
}
