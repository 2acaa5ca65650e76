package kubelet

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"

	"seatrial/engine/internal/simulation/lifecycle"
)

// The answer to requests that need a process in a container.
const nothingRuns = "containers are simulated by seatrial: nothing runs in them. " +
	"A cluster with a kubelet, such as one of kind or k3d, runs real ones"

var errLost = errors.New("is lost: its kubelet does not respond")

// Handler serves the kubelet's API to the API server: the logs of containers. Everything else needs a
// process in a container.
func (k *Kubelet) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", k.serveLogs)
	for _, path := range []string{"/exec/", "/attach/", "/portForward/", "/run/"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusNotImplemented, nothingRuns)
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, fmt.Sprintf("kubelets are simulated by seatrial: they serve logs only, not %s", r.URL.Path))
	})
	return mux
}

func (k *Kubelet) serveLogs(w http.ResponseWriter, r *http.Request) {
	name := cache.ObjectName{Namespace: r.PathValue("namespace"), Name: r.PathValue("pod")}
	options, err := readLogOptions(r.URL.Query())
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	log, problem, err := k.log(r.Context(), name, r.PathValue("container"), options.previous)
	switch {
	case errors.Is(err, errLost):
		// The API server passes the text of no other status on. It is also its own status for a kubelet
		// that it cannot reach.
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	case err != nil:
		refuse(w, http.StatusNotFound, err.Error())
		return
	case problem != "":
		refuse(w, http.StatusBadRequest, problem)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(log.read(options)))
	if options.follow && log.running {
		_ = http.NewResponseController(w).Flush()
		k.waitForEnd(r.Context(), name, r.PathValue("container"), log.id)
	}
}

// log returns the log of a container's current or last run, or of the run before. A client may have read a
// status that the kubelet's cache does not have yet, so without a log, the stored pod decides.
func (k *Kubelet) log(ctx context.Context, name cache.ObjectName, container string, previous bool) (containerLog, string, error) {
	pod, err := k.podLister.Pods(name.Namespace).Get(name.Name)
	if err == nil {
		if log, problem, err := k.logOf(pod, name, container, previous); err == nil && problem == "" {
			return log, problem, err
		}
	}
	pod, err = k.config.Client.CoreV1().Pods(name.Namespace).Get(ctx, name.Name, metav1.GetOptions{})
	if err != nil {
		return containerLog{}, "", fmt.Errorf("pod %q does not exist", name.Name)
	}
	return k.logOf(pod, name, container, previous)
}

func (k *Kubelet) logOf(pod *corev1.Pod, name cache.ObjectName, container string, previous bool) (containerLog, string, error) {
	if k.config.Rules.Lost(pod.Spec.NodeName) {
		return containerLog{}, "", fmt.Errorf("node %q %w", pod.Spec.NodeName, errLost)
	}
	spec := kubecontainer.GetContainerSpec(pod, container)
	if spec == nil {
		return containerLog{}, "", fmt.Errorf("container %q not found in pod %q", container, name.Name)
	}
	k.mu.Lock()
	e := k.entries[name]
	k.mu.Unlock()
	if e == nil {
		_, problem := runWithLog(pod, container, previous)
		return containerLog{}, problem, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	id, problem := runWithLog(e.newest(pod), container, previous)
	if problem != "" {
		return containerLog{}, problem, nil
	}
	current, before := e.life.Container(container)
	for _, run := range []*lifecycle.Run{current, before} {
		if run != nil && run.ID == id {
			return newContainerLog(run, spec.Image), "", nil
		}
	}
	if run := stagedRun(pod, container); current == nil && run != nil {
		return newContainerLog(run, spec.Image), "", nil
	}
	return containerLog{}, fmt.Sprintf("the log of container %q in pod %q no longer exists", container, name.Name), nil
}

// refuse writes no line break after the message, because clients show it within their own message.
func refuse(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(message))
}
