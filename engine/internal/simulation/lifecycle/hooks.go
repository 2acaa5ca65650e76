package lifecycle

import (
	"math"
	"time"

	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/simulation/environment"
	"seatrial/engine/internal/simulation/program"
)

// PreStop is what a container's preStop hook does before the container is asked to end.
type PreStop struct {
	// Takes is in the time of the spec; the kubelet waits at most the grace period.
	Takes time.Duration
	// Scale is how many seconds one second of the hook takes here.
	Scale float64
	Fails bool
}

// followHooks changes the behaviour to what the container's postStart and preStop hooks lead to. Where no
// program in the container has to respond, they succeed at once.
func (d Defaults) followHooks(behaviour *Behaviour, container *corev1.Container, variables *environment.Variables) {
	hooks := container.Lifecycle
	if hooks == nil {
		return
	}
	if hooks.PostStart != nil {
		behaviour.HookFails, _ = hookOutcome(hooks.PostStart, container, variables)
	}
	if hooks.PreStop != nil {
		fails, takes := hookOutcome(hooks.PreStop, container, variables)
		behaviour.PreStop = &PreStop{Takes: takes, Scale: d.Scale, Fails: fails}
	}
}

func hookOutcome(
	hook *corev1.LifecycleHandler, container *corev1.Container, variables *environment.Variables,
) (fails bool, takes time.Duration) {
	switch {
	case hook.Exec != nil:
		effect := program.Of(hook.Exec.Command, variables)
		switch {
		case !effect.Known:
			return false, 0
		case effect.RunsOn:
			return false, math.MaxInt64
		}
		return effect.Code != 0, effect.Takes
	case hook.HTTPGet != nil:
		return portError(&corev1.ProbeHandler{HTTPGet: hook.HTTPGet}, container) != nil, 0
	case hook.Sleep != nil:
		return false, time.Duration(hook.Sleep.Seconds) * time.Second
	}
	return false, 0
}
