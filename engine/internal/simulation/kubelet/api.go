package kubelet

import (
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"
)

// What a client reads that wants to get into a container.
const nothingRuns = "containers are simulated by seatrial: nothing runs in them. " +
	"A cluster with a kubelet, such as one of kind or k3d, runs real ones"

// Handler answers what the API server asks kubelets: the logs of containers. The rest needs a process in them.
func (k *Kubelet) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", k.serveLogs)
	for _, path := range []string{"/exec/", "/attach/", "/portForward/", "/run/"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, nothingRuns, http.StatusNotImplemented)
		})
	}
	return mux
}

func (k *Kubelet) serveLogs(w http.ResponseWriter, r *http.Request) {
	name := cache.ObjectName{Namespace: r.PathValue("namespace"), Name: r.PathValue("pod")}
	options, err := readLogOptions(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	log, problem, err := k.log(name, r.PathValue("container"), options.previous)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	case problem != "":
		http.Error(w, problem, http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(log.read(options)))
	if options.follow && log.running {
		_ = http.NewResponseController(w).Flush()
		k.waitForEnd(r.Context(), name, r.PathValue("container"), log.id)
	}
}

// log is what a container has written: that of its current or last run, or of the one before.
func (k *Kubelet) log(name cache.ObjectName, container string, previous bool) (containerLog, string, error) {
	pod, err := k.podLister.Pods(name.Namespace).Get(name.Name)
	if err != nil {
		return containerLog{}, "", fmt.Errorf("pod %q not found", name.Name)
	}
	image, known := imageOf(pod, container)
	if !known {
		return containerLog{}, "", fmt.Errorf("container %q not found in pod %q", container, name.Name)
	}
	k.mu.Lock()
	e := k.entries[name]
	k.mu.Unlock()
	if e == nil {
		return containerLog{}, waits(container, name.Name, "ContainerCreating"), nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	run, before := e.life.Container(container)
	// In back-off the last run is the previous one already: a new container is still to come.
	if hasEnded := run != nil && !run.Running() && e.life.Waiting(container) != ""; previous && !hasEnded {
		if before == nil {
			return containerLog{}, fmt.Sprintf("previous terminated container %q in pod %q not found", container, name.Name), nil
		}
		run = before
	}
	if run == nil {
		return containerLog{}, waits(container, name.Name, e.life.Waiting(container)), nil
	}
	return newContainerLog(run, image), "", nil
}

func waits(container, pod, reason string) string {
	if reason == "" {
		reason = "ContainerCreating"
	}
	return fmt.Sprintf("container %q in pod %q is waiting to start: %s", container, pod, reason)
}

func imageOf(pod *corev1.Pod, name string) (string, bool) {
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			if containers[i].Name == name {
				return containers[i].Image, true
			}
		}
	}
	for i := range pod.Spec.EphemeralContainers {
		if pod.Spec.EphemeralContainers[i].Name == name {
			return pod.Spec.EphemeralContainers[i].Image, true
		}
	}
	return "", false
}
