package kubelet

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/simulation/lifecycle"
)

// followInterval is how often a followed log is checked for its container's end.
const followInterval = 100 * time.Millisecond

// logOptions are the options of the kubelet's API: the fields of PodLogOptions in a query.
type logOptions struct {
	follow, previous, timestamps bool
	since                        time.Time
	// tail and limit are negative for the whole log.
	tail, limit int
}

func readLogOptions(query url.Values) (logOptions, error) {
	options := logOptions{tail: -1, limit: -1}
	for name, into := range map[string]*bool{"follow": &options.follow, "previous": &options.previous, "timestamps": &options.timestamps} {
		*into = query.Get(name) == "true"
	}
	for name, into := range map[string]*int{"tailLines": &options.tail, "limitBytes": &options.limit} {
		if text := query.Get(name); text != "" {
			number, err := strconv.Atoi(text)
			if err != nil || number < 0 {
				return options, fmt.Errorf("%s is %q: it must be a number of at least 0", name, text)
			}
			*into = number
		}
	}
	if text := query.Get("sinceSeconds"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil {
			return options, fmt.Errorf("sinceSeconds is %q: it must be a number", text)
		}
		options.since = time.Now().Add(-time.Duration(seconds) * time.Second)
	}
	if text := query.Get("sinceTime"); text != "" {
		since, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return options, fmt.Errorf("sinceTime is %q: %w", text, err)
		}
		options.since = since
	}
	return options, nil
}

// containerLog is the log of one run. All of it is written at the start.
type containerLog struct {
	id        string
	text      string
	writtenAt time.Time
	running   bool
}

func newContainerLog(run *lifecycle.Run, image string) containerLog {
	text := fmt.Sprintf("seatrial: this container is simulated. Nothing of its image %s runs, and it writes nothing else.\n", image)
	if run.Logs != nil {
		text = *run.Logs
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return containerLog{id: run.ID, text: text, writtenAt: run.StartedAt, running: run.Running()}
}

func (l containerLog) read(options logOptions) string {
	if l.text == "" || !options.since.IsZero() && l.writtenAt.Before(options.since) {
		return ""
	}
	lines := strings.SplitAfter(strings.TrimSuffix(l.text, "\n"), "\n")
	if options.tail >= 0 && options.tail < len(lines) {
		lines = lines[len(lines)-options.tail:]
	}
	var read strings.Builder
	for _, line := range lines {
		if options.timestamps {
			read.WriteString(l.writtenAt.UTC().Format(time.RFC3339Nano) + " ")
		}
		read.WriteString(strings.TrimSuffix(line, "\n") + "\n")
	}
	text := read.String()
	if options.limit >= 0 && options.limit < len(text) {
		text = text[:options.limit]
	}
	return text
}

// waitForEnd returns when the run of a container has ended, or with the context.
func (k *Kubelet) waitForEnd(ctx context.Context, name cache.ObjectName, container, id string) {
	ticker := time.NewTicker(followInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		log, problem, err := k.log(ctx, name, container, false)
		if err != nil || problem != "" || log.id != id || !log.running {
			return
		}
	}
}
