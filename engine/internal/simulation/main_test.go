package simulation

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"seatrial/engine/internal/plane"
)

// The control plane of all tests of this package, with the simulation beside it as in the engine.
var cluster struct {
	*kubernetes.Clientset
	plane      *plane.Plane
	simulation *Simulation
	ctx        context.Context
}

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
	cluster.simulation = New(DefaultConfig(), "v1.0.0-test")
	cluster.plane, err = plane.Start(ctx, plane.Options{
		DataDir:  dir,
		Objects:  cluster.simulation.Objects(),
		Kubelets: cluster.simulation.Kubelets(),
		Beside: func(ctx context.Context, running *plane.Plane) error {
			return cluster.simulation.Start(ctx, running.Config)
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

// newNamespace makes a namespace whose ServiceAccount exists, and removes it after the test.
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

// eventually polls until the answer is nil, for a time that only a broken engine needs.
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
