package lifecycle

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/probe"

	"seatrial/engine/internal/simulation/environment"
	"seatrial/engine/internal/simulation/program"
)

// probeOutcome is what the spec alone decides about a probe.
type probeOutcome struct {
	// problem is a kubelet's text after the name of the probe; empty for a probe that succeeds.
	problem string
	// errs says that the probe cannot be tried. A kubelet then drops the result: the container is neither
	// ready nor killed.
	errs bool
	// delay is the time from the container's start to the first result.
	delay time.Duration
}

// followProbes changes the behaviour to what the container's probes lead to. Where no
// program in the container has to respond, they succeed. A probe before which the container is not ready
// takes a scaled time; a probe that ends a container that runs takes the time of the spec.
func (d Defaults) followProbes(behaviour *Behaviour, container *corev1.Container, variables *environment.Variables) {
	if startup := container.StartupProbe; startup != nil {
		outcome := outcomeOf(startup, container, variables)
		behaviour.StartedAfter = d.scaled(outcome.delay)
		if outcome.problem != "" {
			behaviour.NeverStarted = true
			behaviour.fail("Startup", outcome, true)
			behaviour.killAfter(outcome, startup, 0, fmt.Sprintf("Container %s failed startup probe, will be restarted", container.Name))
		}
	}
	if liveness := container.LivenessProbe; liveness != nil && !behaviour.NeverStarted {
		if outcome := outcomeOf(liveness, container, variables); outcome.problem != "" {
			behaviour.fail("Liveness", outcome, false)
			behaviour.killAfter(outcome, liveness, behaviour.StartedAfter,
				fmt.Sprintf("Container %s failed liveness probe, will be restarted", container.Name))
		}
	}
	if readiness := container.ReadinessProbe; readiness != nil {
		outcome := outcomeOf(readiness, container, variables)
		more := time.Duration(max(0, readiness.SuccessThreshold-1)) * seconds(readiness.PeriodSeconds)
		behaviour.ReadyAfter = max(behaviour.StartedAfter, d.scaled(outcome.delay+more))
		if outcome.problem != "" && !behaviour.NeverStarted {
			behaviour.NeverReady = true
			behaviour.fail("Readiness", outcome, true)
		}
	}
}

func (b *Behaviour) fail(kind string, outcome probeOutcome, permanent bool) {
	message := fmt.Sprintf("%s probe failed: %s", kind, outcome.problem)
	if outcome.errs {
		message = fmt.Sprintf("%s probe errored and resulted in %s state: %s", kind, probe.Unknown, outcome.problem)
	}
	b.ProbeFailures = append(b.ProbeFailures, ProbeFailure{Message: message, Permanent: permanent})
}

func (b *Behaviour) killAfter(outcome probeOutcome, spec *corev1.Probe, started time.Duration, message string) {
	if outcome.errs {
		return
	}
	more := time.Duration(max(0, spec.FailureThreshold-1)) * seconds(spec.PeriodSeconds)
	b.Kill = &Kill{After: max(started, outcome.delay) + more, Message: message}
}

func outcomeOf(spec *corev1.Probe, container *corev1.Container, variables *environment.Variables) probeOutcome {
	outcome := probeOutcome{delay: seconds(spec.InitialDelaySeconds)}
	if err := portError(&spec.ProbeHandler, container); err != nil {
		outcome.problem, outcome.errs = err.Error(), true
		return outcome
	}
	if spec.Exec == nil {
		return outcome
	}
	effect := program.Of(environment.ExpandStatic(spec.Exec.Command, container.Env), variables)
	if !effect.Known {
		return outcome
	}
	limit := seconds(max(1, spec.TimeoutSeconds))
	switch {
	case effect.RunsOn || effect.Takes > limit:
		outcome.delay += limit
		outcome.problem = fmt.Sprintf("command timed out: %q timed out after %s", strings.Join(spec.Exec.Command, " "), limit)
	case effect.Code != 0:
		outcome.delay += effect.Takes
		outcome.problem = fmt.Sprintf("simulated: %q exits with %d", strings.Join(spec.Exec.Command, " "), effect.Code)
	default:
		outcome.delay += effect.Takes
	}
	return outcome
}

// portError returns why a kubelet cannot find the port that it is to connect to.
func portError(handler *corev1.ProbeHandler, container *corev1.Container) error {
	var err error
	switch {
	case handler.HTTPGet != nil:
		_, err = probe.ResolveContainerPort(handler.HTTPGet.Port, container)
	case handler.TCPSocket != nil:
		_, err = probe.ResolveContainerPort(handler.TCPSocket.Port, container)
	}
	return err
}

func seconds(count int32) time.Duration { return time.Duration(count) * time.Second }
