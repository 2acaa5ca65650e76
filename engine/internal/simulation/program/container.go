package program

import (
	"path"
	"slices"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/simulation/environment"
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

// OfContainer returns what a container's program does, with these environment variables.
func OfContainer(container *corev1.Container, variables *environment.Variables) Effect {
	start := newProcess(variables)
	start.hasInput = container.Stdin || container.TTY
	command := variables.Expand(container.Command)
	args := variables.Expand(container.Args)
	if len(command) > 0 {
		if path.Base(command[0]) == agnhost {
			return ofAgnhost(append(command[1:], args...))
		}
		return start.run(append(command, args...))
	}
	switch image := imageName(container.Image); {
	case image == agnhost:
		return ofAgnhost(args)
	case slices.Contains(pauseImages, image) && len(args) == 0:
		return runsOn()
	case slices.Contains(shellImages, image) && len(args) == 0:
		return start.ofReader(nil)
	case slices.Contains(shellImages, image):
		return start.run(args)
	}
	return Effect{}
}

func ofAgnhost(args []string) Effect {
	if len(args) == 0 || slices.Contains(agnhostServers, args[0]) {
		return runsOn()
	}
	return Effect{}
}

func imageName(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	return path.Base(reference.Path(named))
}
