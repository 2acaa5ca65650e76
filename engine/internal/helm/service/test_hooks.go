package service

import (
	"bytes"
	"context"
	"time"

	"helm.sh/helm/v4/pkg/action"
	release "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// test runs the release's test hooks. When one fails, the body contains "hooks", "logs" and
// "logsError" next to "error".
func (s *Service) test(ctx context.Context, request wire.TestRequest) (*wire.TestResponse, error) {
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	namespace := wire.NamespaceOr(request.Namespace)
	ctx, end := s.operations.Begin(ctx, namespace, request.ReleaseName)
	defer end()
	cfg, err := s.configuration(ctx, namespace)
	if err != nil {
		return nil, err
	}
	if request.Helm.IsThree() {
		return s.testByHelm3(ctx, cfg, &request)
	}
	tests := action.NewReleaseTesting(cfg)
	tests.Namespace = namespace
	tests.Timeout = request.Timeout.Value()
	tests.WaitOptions = client.WaitOptions()
	tests.Filters = map[string][]string{
		action.IncludeNameFilter: request.Filters.Include,
		action.ExcludeNameFilter: request.Filters.Exclude,
	}
	started := time.Now()
	result, shutdown, err := tests.Run(request.ReleaseName)
	rel := client.TypedRelease(result)
	response := &wire.TestResponse{Release: s.toRelease(rel), Hooks: []wire.TestedHook{}}
	if rel != nil {
		response.Hooks = testedHooks(rel.Hooks, started)
		if request.Logs {
			// The shutdown may delete hooks, and their logs with them.
			var logs bytes.Buffer
			if logsErr := tests.GetPodLogs(&logs, rel); logsErr != nil {
				response.LogsError = logsErr.Error()
			}
			text := logs.String()
			response.Logs = &text
		}
	}
	if shutdownErr := shutdown(); err == nil {
		err = shutdownErr
	}
	return s.finishTest(ctx, cfg, rel, response, err)
}

func (s *Service) finishTest(
	ctx context.Context, cfg *action.Configuration, rel *release.Release, response *wire.TestResponse, err error,
) (*wire.TestResponse, error) {
	if err == nil {
		return response, nil
	}
	failed := s.actionError(ctx, err, failure.Action{Release: rel, Config: cfg})
	failed.Body = wire.TestErrorBody{Error: failed, Hooks: response.Hooks, Logs: response.Logs, LogsError: response.LogsError}
	return nil, failed
}

// testedHooks are the test hooks that were run now; hooks that a filter left out are not among
// them.
func testedHooks(hooks []*release.Hook, since time.Time) []wire.TestedHook {
	tested := []wire.TestedHook{}
	for _, hook := range hooks {
		if !isTest(hook) || hook.LastRun.StartedAt.Before(since) {
			continue
		}
		tested = append(tested, wire.TestedHook{
			Name:        hook.Name,
			Phase:       string(hook.LastRun.Phase),
			StartedAt:   timeOrNil(hook.LastRun.StartedAt),
			CompletedAt: timeOrNil(hook.LastRun.CompletedAt),
		})
	}
	return tested
}
