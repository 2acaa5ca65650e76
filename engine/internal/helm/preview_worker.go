package helm

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"helm.sh/helm/v4/pkg/action"

	"seatrial/engine/internal/helm/worker"
)

// updateAndPreview is what comes before a chart is rendered in the engine, with
// the cluster's abilities and its objects.
func (s *Service) updateAndPreview(ctx context.Context, fields *chartFields, dependencyUpdate bool, complete func(*previewRequest)) error {
	if s.workers == nil {
		return nil
	}
	if err := s.updateFirst(ctx, fields, dependencyUpdate); err != nil {
		return err
	}
	return s.previewInWorker(ctx, fields, func(preview *previewRequest) {
		s.describeCluster(preview)
		complete(preview)
	})
}

// updateFirst downloads dependencies before a worker's time begins to count.
func (s *Service) updateFirst(ctx context.Context, fields *chartFields, dependencyUpdate bool) error {
	if !dependencyUpdate {
		return nil
	}
	if err := s.previewInWorker(ctx, fields, nil); err != nil {
		return err
	}
	_, err := s.installable(ctx, fields.Chart, true)
	return err
}

// describeCluster leaves out what it cannot learn: the verb will meet the error.
func (s *Service) describeCluster(preview *previewRequest) {
	if s.cluster.connect() != nil {
		return
	}
	preview.Lookup = true
	if version, err := s.cluster.discovery.ServerVersion(); err == nil {
		preview.KubeVersion = version.GitVersion
	}
	if versions, err := action.GetVersionSet(s.cluster.discovery); err == nil {
		preview.APIVersions = versions
	}
}

// previewInWorker lets a worker render the chart as the verb is about to. What is wrong
// with the chart is for the verb to say; only a chart that has to be stopped is
// refused here, before it is rendered in the engine itself.
func (s *Service) previewInWorker(ctx context.Context, fields *chartFields, complete func(*previewRequest)) error {
	if s.workers == nil {
		return nil
	}
	request := &previewRequest{chartFields: *fields}
	if complete != nil {
		complete(request)
	}
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	guard := &guarded{budget: fields.RenderTimeout.renderValue(), preview: request}
	response, err := s.workers.Do(ctx, &worker.Request{Path: previewPath, Body: body}, guard.budget)
	if err != nil {
		return s.refusal(ctx, err, guard)
	}
	var previewed previewResponse
	if response.Status == http.StatusOK && json.Unmarshal(response.Body, &previewed) == nil && previewed.Refusal != nil {
		return previewed.Refusal
	}
	return nil
}

// culprit renders the chart once more to learn in which template it was
// stopped. Only charts that were stopped pay for it.
func (s *Service) culprit(ctx context.Context, guard *guarded) string {
	request := *guard.preview
	request.Announce = true
	body, err := json.Marshal(&request)
	if err != nil {
		return ""
	}
	_, err = s.workers.Do(ctx, &worker.Request{Path: previewPath, Body: body}, min(guard.budget, maxSearch))
	last := ""
	if late, ok := errors.AsType[*worker.TimeoutError](err); ok {
		last = late.Last
	} else if dead, ok := errors.AsType[*worker.CrashError](err); ok {
		last = dead.Last
	}
	return announcedTemplate(last)
}

// maxSearch is for the templates before the one that does not end.
const maxSearch = 5 * time.Second
