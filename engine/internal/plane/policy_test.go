package plane

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	rbacrest "k8s.io/kubernetes/pkg/registry/rbac/rest"
	schedulingrest "k8s.io/kubernetes/pkg/registry/scheduling/rest"
)

// With upstream's own hooks enabled again, every object must be as they would have written it: an object that
// the hooks create or correct has managed fields, a seeded object does not.
func TestSeededPolicyIsWhatUpstreamWouldWrite(t *testing.T) {
	kept := disabledPostStartHooks
	disabledPostStartHooks = slices.DeleteFunc(slices.Clone(kept), func(name string) bool {
		return name == rbacrest.PostStartHookName || name == schedulingrest.PostStartHookName
	})
	t.Cleanup(func() { disabledPostStartHooks = kept })

	ctx, client := startPlane(t)

	count := 0
	check := func(kind string, object metav1.ObjectMeta) {
		count++
		if len(object.ManagedFields) > 0 {
			t.Errorf("%s %q was written by %s", kind, object.Name, object.ManagedFields[0].Manager)
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
	if len(classes.Items) != 2 || count < 100 {
		t.Errorf("%d objects of the policy, among them %d priority classes", count, len(classes.Items))
	}
	reportsOnItsComponents(ctx, t, client)
}
