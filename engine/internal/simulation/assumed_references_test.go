package simulation

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/kubelet"
	"seatrial/engine/internal/simulation/rules"
)

// allow creates a ServiceAccount that may do something with Secrets.
func allow(t *testing.T, namespace, name, verb string) {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{verb}},
	}}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: name, Namespace: namespace}},
	}
	if _, err := cluster.CoreV1().ServiceAccounts(namespace).Create(cluster.ctx, account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.RbacV1().Roles(namespace).Create(cluster.ctx, role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.RbacV1().RoleBindings(namespace).Create(cluster.ctx, binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func deleteRole(t *testing.T, namespace, name string) {
	t.Helper()
	if err := cluster.RbacV1().Roles(namespace).Delete(cluster.ctx, name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
}

func mountsSecret(name string) corev1.PodSpec {
	spec := podSpec(corev1.RestartPolicyAlways)
	mount(&spec, "certificate", corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: name}})
	return spec
}

func runsAs(policy corev1.RestartPolicy, account string) corev1.PodSpec {
	spec := podSpec(policy)
	spec.ServiceAccountName = account
	return spec
}

func TestASecretThatAnotherContainerMayCreateIsAssumed(t *testing.T) {
	for _, policy := range []corev1.RestartPolicy{corev1.RestartPolicyNever, corev1.RestartPolicyAlways} {
		t.Run(string(policy), func(t *testing.T) {
			namespace := newNamespace(t)
			allow(t, namespace, "certgen", "create")
			createPod(t, namespace, "certgen", runsAs(policy, "certgen"))
			if policy == corev1.RestartPolicyNever {
				// A hook's Role goes with the hook.
				podBecomes(t, namespace, "certgen", "done", inPhase(corev1.PodSucceeded))
				deleteRole(t, namespace, "certgen")
			}
			createPod(t, namespace, "web", mountsSecret("tls"))
			podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
			eventually(t, "an event says so", func() error {
				events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=" + kubelet.ReasonAssumed})
				if err != nil {
					return err
				}
				for _, event := range events.Items {
					if strings.Contains(event.Message, `Secret "tls" does not exist; assumed to be created by a simulated container of Pod "certgen"`) &&
						event.Annotations[kubelet.AnnotationAssumed] == `{"kind":"Secret","name":"tls"}` {
						return nil
					}
				}
				return fmt.Errorf("%d events", len(events.Items))
			})
		})
	}
}

func TestASecretThatNoContainerMayCreateBlocksItsPod(t *testing.T) {
	for name, spec := range map[string]func(namespace string) corev1.PodSpec{
		"whose ServiceAccount may only read": func(namespace string) corev1.PodSpec {
			allow(t, namespace, "maker", "get")
			return runsAs(corev1.RestartPolicyNever, "maker")
		},
		"that has no token": func(namespace string) corev1.PodSpec {
			allow(t, namespace, "maker", "create")
			spec := runsAs(corev1.RestartPolicyNever, "maker")
			spec.AutomountServiceAccountToken = ptr.To(false)
			return spec
		},
	} {
		t.Run("of a Pod "+name, func(t *testing.T) {
			namespace := newNamespace(t)
			createPod(t, namespace, "maker", spec(namespace))
			podBecomes(t, namespace, "maker", "done", inPhase(corev1.PodSucceeded))
			createPod(t, namespace, "web", mountsSecret("tls"))
			eventually(t, "a kubelet's event says what is missing", func() error {
				events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=FailedMount"})
				if err == nil && len(events.Items) == 0 {
					err = fmt.Errorf("no event")
				}
				return err
			})
			if pod := getPod(t, namespace, "web"); podutil.IsPodReady(pod) {
				t.Error("it is ready")
			}
		})
	}
}

func TestAFailedContainerHasCreatedNothing(t *testing.T) {
	namespace := newNamespace(t)
	allow(t, namespace, "certgen", "create")
	apply(t, namespace, rules.Rule{Selector: rules.Selector{Kind: "Pod", Name: "certgen"}, Effect: rules.Effect{ExitCode: ptr.To[int32](1)}})
	createPod(t, namespace, "certgen", runsAs(corev1.RestartPolicyNever, "certgen"))
	podBecomes(t, namespace, "certgen", "failed", inPhase(corev1.PodFailed))
	createPod(t, namespace, "web", mountsSecret("tls"))
	podBecomes(t, namespace, "web", "blocked", waitingFor("ContainerCreating"))
}
