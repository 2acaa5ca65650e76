package plane

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/server/egressselector"
	webhookutil "k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/rest"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	controlplaneapiserver "k8s.io/kubernetes/pkg/controlplane/apiserver"
	rbacrest "k8s.io/kubernetes/pkg/registry/rbac/rest"
	schedulingrest "k8s.io/kubernetes/pkg/registry/scheduling/rest"

	"seatrial/engine/internal/webhook"
)

const (
	serviceClusterIPRange = "10.96.0.0/16"
	apiServerServiceIP    = "10.96.0.1"
	// The address that the `kubernetes` Service's endpoint names. Endpoints may not name a loopback address, and asking the machine
	// for another fails where there is no default route, so it is one of the documentation range (RFC 5737): nothing listens there.
	advertiseAddress = "192.0.2.1"
)

// Post-start hooks whose work is done otherwise (policy.go), or that a single API server with throw-away data has no use for.
// The identity lease names the machine's host in a label, which fails with a host name that is no label value.
var disabledPostStartHooks = []string{
	rbacrest.PostStartHookName,
	schedulingrest.PostStartHookName,
	"start-kube-apiserver-identity-lease-controller",
	"start-kube-apiserver-identity-lease-garbage-collector",
	"start-legacy-token-tracking-controller",
}

// apiServer is a kube-apiserver that is configured and holds its listener, but does not serve yet.
type apiServer struct {
	config *app.Config
}

// configureAPIServer reads the options and builds the configuration, in which webhooks go through the simulator. It needs no etcd yet.
func configureAPIServer(
	ctx context.Context, listener net.Listener, keys *pki, webhooks *webhook.Simulator,
) (*apiServer, error) {
	// Upstream's command does the same: requests of the server to itself do not log the warnings it gives to users.
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	opts := options.NewServerRunOptions()
	flags := opts.Flags()
	arguments := []string{
		"--etcd-servers=" + etcdClientSocket,
		// Old versions of objects are kept for so long, twice at most. With upstream's 5 minutes a suite of tests keeps them all.
		"--etcd-compaction-interval=1m",
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port),
		"--advertise-address=" + advertiseAddress,
		"--external-hostname=localhost",
		"--service-cluster-ip-range=" + serviceClusterIPRange,
		"--tls-cert-file=" + keys.path("apiserver.crt"),
		"--tls-private-key-file=" + keys.path("apiserver.key"),
		"--client-ca-file=" + keys.path("ca.crt"),
		"--token-auth-file=" + keys.path(tokensFile),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + keys.serviceAccountFile,
		"--service-account-signing-key-file=" + keys.serviceAccountFile,
		"--requestheader-client-ca-file=" + keys.path("front-proxy-ca.crt"),
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-username-headers=X-Remote-User",
		"--proxy-client-cert-file=" + keys.path("front-proxy-client.crt"),
		"--proxy-client-key-file=" + keys.path("front-proxy-client.key"),
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true",
		// A node's name is no host's: nobody is to be asked where it is.
		"--kubelet-preferred-address-types=InternalIP",
		// One process on one machine: nothing is won by fair queuing, and a suite's burst must not be answered with 429.
		"--max-requests-inflight=3000",
		"--max-mutating-requests-inflight=1500",
		"--enable-priority-and-fairness=false",
		"--profiling=false",
	}
	if err := parseFlags("kube-apiserver", flags, arguments); err != nil {
		return nil, err
	}
	if err := opts.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return nil, err
	}
	opts.SecureServing.Listener = listener
	decorators := &opts.Admission.GenericAdmission.Decorators
	*decorators = append(admission.Decorators{webhooks}, *decorators...)
	completed, err := opts.Complete(ctx)
	if err != nil {
		return nil, err
	}
	if errs := completed.Validate(); len(errs) != 0 {
		return nil, errors.NewAggregate(errs)
	}
	config, err := app.NewConfig(completed)
	if err != nil {
		return nil, err
	}
	config.KubeAPIs.ControlPlane.Generic.DisabledPostStartHooks.Insert(disabledPostStartHooks...)
	refuseProxying(&config.KubeAPIs.ControlPlane.Extra)
	return &apiServer{config: config}, simulateBackends(config, webhooks)
}

// refuseProxying has the API server connect to no address of a node, a Pod or a Service on a user's behalf (`…/proxy/`): what they are
// is simulated, and in the machine's network the address may be somebody else's.
func refuseProxying(config *controlplaneapiserver.Extra) {
	transport := config.ProxyTransport.Clone()
	transport.Proxy = nil
	transport.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
		return nil, fmt.Errorf("nothing answers at %s: it is simulated by seatrial", address)
	}
	config.ProxyTransport = transport
}

// reachKubelets sets the handler where upstream connects to a node's address.
func (s *apiServer) reachKubelets(ctx context.Context, handler http.Handler, keys *pki) error {
	served, err := serveKubelets(ctx, handler, keys)
	if err != nil {
		return err
	}
	s.config.KubeAPIs.Extra.KubeletClientConfig.Lookup = func(egressselector.NetworkContext) (utilnet.DialFunc, error) {
		return served.dial, nil
	}
	return nil
}

// simulateBackends sets the simulator where upstream looks up the Services of webhooks, conversions and APIServices.
func simulateBackends(config *app.Config, webhooks *webhook.Simulator) error {
	conversion := &config.ApiExtensions.ExtraConfig
	aggregator := &config.Aggregator.ExtraConfig
	if err := webhooks.Attach(config.KubeAPIs.ControlPlane.VersionedInformers, aggregator.ServiceResolver); err != nil {
		return err
	}
	upstream := conversion.AuthResolverWrapper
	conversion.AuthResolverWrapper = func(inner webhookutil.AuthenticationInfoResolver) webhookutil.AuthenticationInfoResolver {
		return webhooks.WrapAuthentication(upstream(inner))
	}
	conversion.ServiceResolver = webhookutil.NewDefaultServiceResolver()
	aggregator.ServiceResolver = webhooks.APIServiceResolver()
	return nil
}

// start builds the server chain and serves until the context ends; a failure after that goes to fail.
func (s *apiServer) start(ctx context.Context, fail func(error)) error {
	completed, err := s.config.Complete()
	if err != nil {
		return err
	}
	server, err := app.CreateServerChain(completed)
	if err != nil {
		return fmt.Errorf("unable to create the API server: %w", err)
	}
	prepared, err := server.PrepareRun()
	if err != nil {
		return fmt.Errorf("unable to prepare the API server: %w", err)
	}
	go func() {
		if err := prepared.Run(ctx); err != nil {
			fail(err)
		}
	}()
	return nil
}

func parseFlags(component string, sets cliflag.NamedFlagSets, arguments []string) error {
	all := pflag.NewFlagSet(component, pflag.ContinueOnError)
	for _, set := range sets.FlagSets {
		all.AddFlagSet(set)
	}
	if err := all.Parse(arguments); err != nil {
		return fmt.Errorf("unable to configure %s: %w", component, err)
	}
	return nil
}
