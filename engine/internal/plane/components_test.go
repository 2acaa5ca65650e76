package plane

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/healthz"
	"k8s.io/client-go/kubernetes"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	rbacrest "k8s.io/kubernetes/pkg/registry/rbac/rest"
	schedulingrest "k8s.io/kubernetes/pkg/registry/scheduling/rest"
)

// startPlane boots a control plane for a test.
func startPlane(t *testing.T) (context.Context, kubernetes.Interface) {
	t.Helper()
	dir, err := os.MkdirTemp("", "plane")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Chdir(dir)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	steps := []string{}
	running, err := Start(ctx, Options{
		DataDir:   dir,
		OnStep:    func(name string) { steps = append(steps, name) },
		OnFailure: func(component string, err error) { t.Logf("%s: %v", component, err) },
	})
	if err != nil {
		t.Fatalf("after steps %v: %v", steps, err)
	}
	client, err := kubernetes.NewForConfig(running.Config)
	if err != nil {
		t.Fatal(err)
	}
	return ctx, client
}

// reportsOnItsComponents is a part of the test that boots a control plane: a process can boot only one.
func reportsOnItsComponents(ctx context.Context, t *testing.T, client kubernetes.Interface) {
	t.Run("componentstatuses are healthy", func(t *testing.T) {
		list, err := client.CoreV1().ComponentStatuses().List(ctx, metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, item := range list.Items {
			names = append(names, item.Name)
			if len(item.Conditions) != 1 || item.Conditions[0].Status != corev1.ConditionTrue || item.Conditions[0].Message != "ok" {
				t.Errorf("%s is %v", item.Name, item.Conditions)
			}
		}
		slices.Sort(names)
		if !slices.Equal(names, []string{"controller-manager", "etcd-0", "scheduler"}) {
			t.Errorf("the components are %v", names)
		}
		one, err := client.CoreV1().ComponentStatuses().Get(ctx, "scheduler", metav1.GetOptions{})
		if err != nil || one.Name != "scheduler" {
			t.Errorf("the scheduler is %v, the error %v", one, err)
		}
		if _, err := client.CoreV1().ComponentStatuses().Get(ctx, "absent", metav1.GetOptions{}); err == nil {
			t.Error("an absent component was found")
		}
	})

	for _, path := range []string{"/readyz", "/livez", "/healthz"} {
		t.Run(path+" lists the checks of every post-start hook", func(t *testing.T) {
			raw, err := client.Discovery().RESTClient().Get().AbsPath(path).Param("verbose", "").DoRaw(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range append(slices.Clone(disabledPostStartHooks), rbacrest.PostStartHookName,
				schedulingrest.PostStartHookName, identityLeaseHook,
				"start-kube-apiserver-identity-lease-garbage-collector", "start-legacy-token-tracking-controller",
				"priority-and-fairness-config-producer") {
				if !strings.Contains(string(raw), "[+]poststarthook/"+name+" ok\n") {
					t.Errorf("%s is missing in\n%s", name, raw)
				}
			}
		})
	}

	t.Run("every FlowSchema reaches its steady state", func(t *testing.T) {
		err := waitFor(ctx, "a FlowSchema has no status", func(ctx context.Context) error {
			schemas, err := client.FlowcontrolV1().FlowSchemas().List(ctx, metav1.ListOptions{})
			if err != nil {
				return err
			}
			if len(schemas.Items) < 10 {
				return context.DeadlineExceeded
			}
			for _, each := range schemas.Items {
				if !slices.ContainsFunc(each.Status.Conditions, func(condition flowcontrolv1.FlowSchemaCondition) bool {
					return condition.Type == flowcontrolv1.FlowSchemaConditionDangling && condition.Status == flowcontrolv1.ConditionFalse
				}) {
					return context.DeadlineExceeded
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})

	t.Run("the cache of a kind without changes follows the store", func(t *testing.T) {
		created, err := client.CoreV1().ConfigMaps("default").
			Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "later"}}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		needed, _ := strconv.Atoi(created.ResourceVersion)
		err = waitFor(ctx, "the cache does not follow", func(ctx context.Context) error {
			cached, err := client.StorageV1().VolumeAttachments().List(ctx, metav1.ListOptions{ResourceVersion: "0"})
			if err != nil {
				return err
			}
			if version, _ := strconv.Atoi(cached.ResourceVersion); version < needed {
				return context.DeadlineExceeded
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestHooksWhoseWorkIsDoneKeepTheirHealthChecks(t *testing.T) {
	config := server.NewConfig(legacyscheme.Codecs)
	replacePostStartHooks(config)
	for _, name := range disabledPostStartHooks {
		if !config.DisabledPostStartHooks.Has(name) {
			t.Errorf("the hook %s is on", name)
		}
		for endpoint, checks := range map[string][]healthz.HealthChecker{
			"healthz": config.HealthzChecks, "livez": config.LivezChecks, "readyz": config.ReadyzChecks,
		} {
			index := slices.IndexFunc(checks, func(each healthz.HealthChecker) bool { return each.Name() == "poststarthook/"+name })
			if index < 0 || checks[index].Check(nil) != nil {
				t.Errorf("%s does not list %s", endpoint, name)
			}
		}
	}
}
