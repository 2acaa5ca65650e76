// Package identity gives upstream's controllers the users that they have in a cluster. So each has the rights
// of its own role and no others, and webhooks and policies see its name.
package identity

import (
	"net/http"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

const (
	controllerManager = "system:kube-controller-manager"
	rolePrefix        = "system:controller:"
	accountPrefix     = "system:serviceaccount:kube-system:"
)

// AsControllers makes the clients of kube-controller-manager impersonate the users of its controllers. What its
// flag --use-service-account-credentials does has the same effect, and costs each controller a token and
// a connection of its own at the start.
func AsControllers(config *rest.Config) {
	accounts := map[string]string{}
	for _, role := range bootstrappolicy.ControllerRoles() {
		name := strings.TrimPrefix(role.Name, rolePrefix)
		accounts[name] = accountPrefix + name
	}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return &controllers{next: next, accounts: accounts}
	})
}

// controllers impersonates the controller whose name ends the user agent, as upstream's client builder writes it.
type controllers struct {
	next     http.RoundTripper
	accounts map[string]string
}

func (c *controllers) RoundTrip(request *http.Request) (*http.Response, error) {
	agent := request.UserAgent()
	user, ok := c.accounts[agent[strings.LastIndex(agent, "/")+1:]]
	if !ok {
		user = controllerManager
	}
	request = request.Clone(request.Context())
	request.Header.Set(transport.ImpersonateUserHeader, user)
	return c.next.RoundTrip(request)
}

// WrappedRoundTripper returns the round tripper that the requests are passed to.
func (c *controllers) WrappedRoundTripper() http.RoundTripper { return c.next }
