package plane

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	flowcontrolrest "k8s.io/kubernetes/pkg/registry/flowcontrol/rest"
	rbacrest "k8s.io/kubernetes/pkg/registry/rbac/rest"
	schedulingrest "k8s.io/kubernetes/pkg/registry/scheduling/rest"
)

// With upstream's own hooks enabled again, every object must be as they would have written it: an object that
// the hooks create or correct has managed fields, a seeded object has none except those of its status.
func TestSeededPolicyIsWhatUpstreamWouldWrite(t *testing.T) {
	kept := disabledPostStartHooks
	seeded := []string{rbacrest.PostStartHookName, schedulingrest.PostStartHookName, flowcontrolrest.PostStartHookName}
	disabledPostStartHooks = slices.DeleteFunc(slices.Clone(kept), func(name string) bool { return slices.Contains(seeded, name) })
	t.Cleanup(func() { disabledPostStartHooks = kept })

	ctx, client := startPlane(t)

	count := 0
	check := func(kind string, object metav1.ObjectMeta) {
		count++
		for _, field := range object.ManagedFields {
			if field.Subresource == "" {
				t.Errorf("%s %q was written by %s", kind, object.Name, field.Manager)
			}
		}
		if object.UID == "" || object.CreationTimestamp.IsZero() {
			t.Errorf("%s %q has uid %q and creation time %s", kind, object.Name, object.UID, object.CreationTimestamp)
		}
	}
	clusterRoles, err := client.RbacV1().ClusterRoles().List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range clusterRoles.Items {
		// A controller writes the rules of aggregated roles.
		if role.AggregationRule == nil {
			check("ClusterRole", role.ObjectMeta)
		}
	}
	clusterRoleBindings, _ := client.RbacV1().ClusterRoleBindings().List(ctx, metav1.ListOptions{})
	for _, binding := range clusterRoleBindings.Items {
		check("ClusterRoleBinding", binding.ObjectMeta)
	}
	roles, _ := client.RbacV1().Roles(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	for _, role := range roles.Items {
		check("Role", role.ObjectMeta)
	}
	bindings, _ := client.RbacV1().RoleBindings(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	for _, binding := range bindings.Items {
		check("RoleBinding", binding.ObjectMeta)
	}
	classes, err := client.SchedulingV1().PriorityClasses().List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range classes.Items {
		check("PriorityClass", class.ObjectMeta)
	}
	flows, err := client.FlowcontrolV1().FlowSchemas().List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, flow := range flows.Items {
		check("FlowSchema", flow.ObjectMeta)
	}
	levels, _ := client.FlowcontrolV1().PriorityLevelConfigurations().List(ctx, metav1.ListOptions{})
	for _, level := range levels.Items {
		check("PriorityLevelConfiguration", level.ObjectMeta)
	}
	if len(classes.Items) != 2 || len(flows.Items) < 10 || len(levels.Items) < 5 || count < 100 {
		t.Errorf("%d objects of the policy, among them %d priority classes, %d FlowSchemas and %d of their levels",
			count, len(classes.Items), len(flows.Items), len(levels.Items))
	}
	reportsOnItsComponents(ctx, t, client)
}
