package plane

import (
	"net/http"
	"os"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/healthz"
	flowcontrolrest "k8s.io/kubernetes/pkg/registry/flowcontrol/rest"
	rbacrest "k8s.io/kubernetes/pkg/registry/rbac/rest"
	schedulingrest "k8s.io/kubernetes/pkg/registry/scheduling/rest"
)

// Post-start hooks whose work is done before the API server starts (policy.go).
var disabledPostStartHooks = []string{
	rbacrest.PostStartHookName,
	schedulingrest.PostStartHookName,
	flowcontrolrest.PostStartHookName,
}

// identityLeaseHook writes the machine's host name into a label.
const identityLeaseHook = "start-kube-apiserver-identity-lease-controller"

// replacePostStartHooks turns the hooks off that have nothing to do, and lists their health checks, as
// upstream does.
func replacePostStartHooks(config *server.Config) {
	disabled := disabledPostStartHooks
	if name, err := os.Hostname(); err != nil || len(validation.IsValidLabelValue(name)) > 0 {
		disabled = append(disabled[:len(disabled):len(disabled)], identityLeaseHook)
	}
	config.DisabledPostStartHooks.Insert(disabled...)
	for _, name := range disabled {
		config.AddHealthChecks(healthz.NamedCheck("poststarthook/"+name, func(*http.Request) error { return nil }))
	}
}
