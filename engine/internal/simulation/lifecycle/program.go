package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/simulation/environment"
	"seatrial/engine/internal/simulation/program"
)

// longSleep is the shortest sleep that is not shortened: Helm waits five minutes by default, so a hook that
// sleeps as long fails.
const longSleep = 5 * time.Minute

// followProgram changes the behaviour to what the container's command does, if that is known.
func (d Defaults) followProgram(
	behaviour *Behaviour, pod *corev1.Pod, container *corev1.Container, variables *environment.Variables, jobDeadline func() *int64,
) {
	behaviour.AfterRule = behaviour.After
	effect := program.OfContainer(container, variables)
	if !effect.Known {
		return
	}
	behaviour.FollowsProgram = true
	if effect.RunsOn {
		behaviour.Exits, behaviour.After = false, 0
		return
	}
	takes := effect.Takes
	// A container that is restarted is ready while it sleeps: a shorter sleep would make it fail sooner.
	if behaviour.Exits && takes < longSleep && !exceedsDeadline(takes, pod, jobDeadline) {
		takes = d.scaled(takes)
	} else if !behaviour.Exits {
		takes = max(takes, d.Completion)
	}
	behaviour.Exits, behaviour.ExitCode, behaviour.After = true, effect.Code, max(takes, behaviour.After)
}

// isEndless reports a container whose command says that it does not end by itself, and that nothing else ends.
func (b *Behaviour) isEndless() bool {
	return b.FollowsProgram && !b.Exits && !b.Evicted && b.Kill == nil
}

// alwaysEnds reports that every run of the container ends in the same way.
func (b *Behaviour) alwaysEnds() bool { return b.HookFails || b.FollowsProgram && b.Exits }

// exceedsDeadline reports a sleep that the pod's or its Job's deadline ends. Deadlines are not shortened.
func exceedsDeadline(takes time.Duration, pod *corev1.Pod, jobDeadline func() *int64) bool {
	if takes == 0 {
		return false
	}
	for _, deadline := range []*int64{pod.Spec.ActiveDeadlineSeconds, jobDeadline()} {
		if deadline != nil && takes >= time.Duration(*deadline)*time.Second {
			return true
		}
	}
	return false
}

func (d Defaults) scaled(duration time.Duration) time.Duration {
	return time.Duration(float64(duration) * d.Scale)
}
