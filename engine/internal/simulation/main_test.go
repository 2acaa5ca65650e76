package simulation

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"seatrial/engine/internal/plane"
)

// The control plane of all tests of this package, with a simulation as in the engine.
var cluster struct {
	*kubernetes.Clientset
	plane      *plane.Plane
	simulation *Simulation
	ctx        context.Context
}

const version = "v1.0.0-test"

func TestMain(m *testing.M) { os.Exit(withCluster(m.Run)) }

func withCluster(run func() int) int {
	dir, err := os.MkdirTemp("", "simulation")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chdir(dir); err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cluster.ctx = ctx
	cluster.plane, err = plane.Start(ctx, plane.Options{
		DataDir: dir,
		Objects: DefaultConfig().InitialObjects(version),
		Simulate: func(ctx context.Context, running *plane.Plane) (kubelets http.Handler, err error) {
			if cluster.simulation, err = Start(ctx, DefaultConfig(), version, running.Config); err != nil {
				return nil, err
			}
			return cluster.simulation.Kubelets(), nil
		},
		OnStep:    func(string) {},
		OnFailure: func(component string, err error) { fmt.Fprintln(os.Stderr, component, "failed:", err) },
	})
	if err != nil {
		panic(err)
	}
	cluster.Clientset = kubernetes.NewForConfigOrDie(cluster.plane.Config)
	return run()
}

var namespaces atomic.Int32

// newNamespace creates a namespace, waits for its ServiceAccount, and deletes it after the test.
func newNamespace(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("test-%d", namespaces.Add(1))
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := cluster.CoreV1().Namespaces().Create(cluster.ctx, namespace, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.CoreV1().Namespaces().Delete(cluster.ctx, name, metav1.DeleteOptions{}) })
	eventually(t, "the default ServiceAccount exists", func() error {
		_, err := cluster.CoreV1().ServiceAccounts(name).Get(cluster.ctx, "default", metav1.GetOptions{})
		return err
	})
	return name
}

// eventually polls until ask returns nil, for a time that only a broken engine needs.
func eventually(t *testing.T, what string, ask func() error) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not after 30 s: %v", what, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
