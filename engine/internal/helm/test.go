package helm

import (
	"bytes"
	"context"
	"time"

	"helm.sh/helm/v4/pkg/action"
	release "helm.sh/helm/v4/pkg/release/v1"
)

type testRequest struct {
	releaseFields
	Timeout timeoutField `json:"timeout"`
	Filters testFilters  `json:"filters"`
	Logs    bool         `json:"logs"`
}

// testFilters choose test hooks by name.
type testFilters struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
}

type testResponse struct {
	Release *Release     `json:"release"`
	Hooks   []testedHook `json:"hooks"`
	Logs    *string      `json:"logs,omitempty"`
	// LogsError says why logs are missing. It does not make a test fail.
	LogsError string `json:"logsError,omitempty"`
}

type testedHook struct {
	Name        string     `json:"name"`
	Phase       string     `json:"phase"`
	StartedAt   *time.Time `json:"startedAt,omitempty"`
	CompletedAt *time.Time `json:"completedAt,omitempty"`
}

// test runs the release's test hooks. When one fails, the error's body carries
// "hooks", "logs" and "logsError" beside "error".
func (s *Service) test(ctx context.Context, request testRequest) (*testResponse, error) {
	if err := checkReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	namespace := namespaceOr(request.Namespace)
	ctx, end := s.operations.begin(ctx, namespace, request.ReleaseName)
	defer end()
	cfg, err := s.configuration(ctx, namespace)
	if err != nil {
		return nil, err
	}
	testing := action.NewReleaseTesting(cfg)
	testing.Namespace = namespace
	testing.Timeout = request.Timeout.value()
	testing.WaitOptions = waitOptions()
	testing.Filters = map[string][]string{
		action.IncludeNameFilter: request.Filters.Include,
		action.ExcludeNameFilter: request.Filters.Exclude,
	}
	started := time.Now()
	result, shutdown, err := testing.Run(request.ReleaseName)
	rel := typedRelease(result)
	response := &testResponse{Release: s.toRelease(rel), Hooks: []testedHook{}}
	if rel != nil {
		response.Hooks = testedHooks(rel.Hooks, started)
		if request.Logs {
			// Hooks may be deleted by the shutdown, and their logs with them.
			var logs bytes.Buffer
			if logsErr := testing.GetPodLogs(&logs, rel); logsErr != nil {
				response.LogsError = logsErr.Error()
			}
			text := logs.String()
			response.Logs = &text
		}
	}
	if shutdownErr := shutdown(); err == nil {
		err = shutdownErr
	}
	if err == nil {
		return response, nil
	}
	failure := s.actionError(ctx, err, failedAction{release: rel, config: cfg})
	failure.beside = map[string]any{"hooks": response.Hooks}
	if response.Logs != nil {
		failure.beside["logs"] = *response.Logs
		failure.beside["logsError"] = response.LogsError
	}
	return nil, failure
}

// testedHooks are the test hooks that ran now, not those a filter left out.
func testedHooks(hooks []*release.Hook, since time.Time) []testedHook {
	tested := []testedHook{}
	for _, hook := range hooks {
		if !isTest(hook) || hook.LastRun.StartedAt.Before(since) {
			continue
		}
		tested = append(tested, testedHook{
			Name:        hook.Name,
			Phase:       string(hook.LastRun.Phase),
			StartedAt:   timeOrNil(hook.LastRun.StartedAt),
			CompletedAt: timeOrNil(hook.LastRun.CompletedAt),
		})
	}
	return tested
}
