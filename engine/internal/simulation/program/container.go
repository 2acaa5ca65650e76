package program

import (
	"path"
	"slices"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
)

// Images, by the last part of their names, whose program is known without a command.
var (
	pauseImages = []string{"pause", "pause-amd64", "mirrored-pause"}
	// Images whose program is a shell, which ends at once without standard input. A container's args
	// replace the shell.
	shellImages = []string{"busybox", "alpine", "debian", "ubuntu"}
)

const agnhost = "agnhost"

// agnhostServers are the subcommands of the image of Kubernetes' tests that do not end by themselves.
var agnhostServers = []string{
	"pause", "netexec", "serve-hostname", "test-webserver", "webhook", "porter", "nettest", "guestbook", "fake-gitserver",
	"http-proxy", "no-snat-test-proxy", "resource-consumer", "sample-device-plugin", "grpc-health-checking",
}

// OfContainer returns what a container's program does.
func OfContainer(container *corev1.Container) Effect {
	hasInput := container.Stdin || container.TTY
	command := expand(container.Command, container.Env)
	args := expand(container.Args, container.Env)
	if len(command) > 0 {
		if path.Base(command[0]) == agnhost {
			return ofAgnhost(append(command[1:], args...))
		}
		return of(append(command, args...), hasInput)
	}
	switch image := imageName(container.Image); {
	case image == agnhost:
		return ofAgnhost(args)
	case slices.Contains(pauseImages, image) && len(args) == 0:
		return runsOn()
	case slices.Contains(shellImages, image) && len(args) == 0:
		return ofReader(nil, hasInput)
	case slices.Contains(shellImages, image):
		return of(args, hasInput)
	}
	return Effect{}
}

// OfExec returns what the program of a probe or a hook does. It does not know the container's variables.
func OfExec(action *corev1.ExecAction, env []corev1.EnvVar) Effect {
	return Of(expand(action.Command, env))
}

func ofAgnhost(args []string) Effect {
	if len(args) == 0 || slices.Contains(agnhostServers, args[0]) {
		return runsOn()
	}
	return Effect{}
}

// expand replaces references to variables whose values the spec has.
func expand(command []string, env []corev1.EnvVar) []string {
	return kubecontainer.ExpandContainerCommandOnlyStatic(command, env)
}

func imageName(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	return path.Base(reference.Path(named))
}
