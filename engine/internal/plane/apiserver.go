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
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/egressselector"
	webhookutil "k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/rest"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	controlplaneapiserver "k8s.io/kubernetes/pkg/controlplane/apiserver"

	"seatrial/engine/internal/openapi"
	"seatrial/engine/internal/takeeffect"
	"seatrial/engine/internal/webhook"
)

const (
	serviceClusterIPRange = "10.96.0.0/16"
	apiServerServiceIP    = "10.96.0.1"
	// The address of the `kubernetes` Service's endpoint. An endpoint may not have a loopback address, and
	// asking the machine for another one fails without a default route, so it is an address of the
	// documentation range (RFC 5737), where nothing listens.
	advertiseAddress = "192.0.2.1"

	maxRequests         = 3000
	maxMutatingRequests = 1500
)

// apiServer is a kube-apiserver that is configured and has its listener, but does not serve yet.
type apiServer struct {
	config *app.Config
	caches *takeeffect.Caches
}

// configureAPIServer builds the configuration, in which calls of webhooks go through the simulator. It
// does not need etcd yet.
func configureAPIServer(
	ctx context.Context, listener net.Listener, keys *pki, webhooks *webhook.Simulator, node *RealNode,
) (*apiServer, error) {
	// As in upstream's command: the server's requests to itself do not log the warnings for users.
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	opts := options.NewServerRunOptions()
	flags := opts.Flags()
	arguments := []string{
		"--etcd-servers=" + etcdClientSocket,
		// Old versions of objects are kept for one to two intervals. Within upstream's 5 minutes they would
		// accumulate over a whole suite of tests.
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
		// A node's name is not a host name: it must not be resolved.
		"--kubelet-preferred-address-types=InternalIP",
		// One process on one machine gains nothing from fair queuing, and a suite's burst must not be rejected
		// with 429. flow_schemas.go keeps the status of the objects.
		"--max-requests-inflight=" + strconv.Itoa(maxRequests),
		"--max-mutating-requests-inflight=" + strconv.Itoa(maxMutatingRequests),
		"--enable-priority-and-fairness=false",
		"--profiling=false",
	}
	if node != nil {
		arguments = append(arguments,
			"--kubelet-client-certificate="+keys.path(kubeletClient+".crt"), "--kubelet-client-key="+keys.path(kubeletClient+".key"))
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
	replacePostStartHooks(config.KubeAPIs.ControlPlane.Generic)
	config.KubeAPIs.ControlPlane.Generic.SkipOpenAPIInstallation = true
	refuseProxying(&config.KubeAPIs.ControlPlane.Extra, node)
	if err := simulateBackends(config, webhooks, node); err != nil {
		return nil, err
	}
	caches, err := takeeffect.NewCaches(config.KubeAPIs.ControlPlane.VersionedInformers)
	if err != nil {
		return nil, err
	}
	addHandlers(config.Aggregator.GenericConfig, webhooks, caches)
	return &apiServer{config, caches}, nil
}

// addHandlers puts the handlers of seatrial behind upstream's authentication and authorization.
func addHandlers(generic *server.RecommendedConfig, webhooks *webhook.Simulator, caches *takeeffect.Caches) {
	buildChain := generic.BuildHandlerChainFunc
	generic.BuildHandlerChainFunc = func(handler http.Handler, c *server.Config) http.Handler {
		inEffect := caches.Delay(webhooks.WithConfigurationsInEffect(handler))
		return buildChain(withComponentStatuses(withVersionForHelm(inEffect, c.EffectiveVersion.Info())), c)
	}
}

// refuseProxying prevents the API server from connecting to the address of a node, a Pod or a Service for a
// user (`…/proxy/`), except in the network of a real node: they are simulated, and the address may exist in
// the machine's network.
func refuseProxying(config *controlplaneapiserver.Extra, node *RealNode) {
	transport := config.ProxyTransport.Clone()
	transport.Proxy = nil
	transport.DialContext = node.dialing(func(_ context.Context, _, address string) (net.Conn, error) {
		return nil, fmt.Errorf("nothing answers at %s: it is simulated by seatrial", address)
	})
	config.ProxyTransport = transport
}

// listenForKubelets makes the API server connect to the returned listener instead of a simulated node's
// address.
func (s *apiServer) listenForKubelets(ctx context.Context, keys *pki, node *RealNode) (*kubeletListener, error) {
	listener, err := newKubeletListener(ctx, keys)
	if err != nil {
		return nil, err
	}
	s.config.KubeAPIs.Extra.KubeletClientConfig.Lookup = func(egressselector.NetworkContext) (utilnet.DialFunc, error) {
		return utilnet.DialFunc(node.dialing(listener.dial)), nil
	}
	return listener, nil
}

// simulateBackends makes upstream look up the Services of webhooks, conversions and APIServices in the
// simulator, which connects to those on the node.
func simulateBackends(config *app.Config, webhooks *webhook.Simulator, node *RealNode) error {
	conversion := &config.ApiExtensions.ExtraConfig
	aggregator := &config.Aggregator.ExtraConfig
	if node != nil {
		dial := node.dialing((&net.Dialer{}).DialContext)
		webhooks.UseRealNode(webhook.RealNode{Network: node.Network, Dial: webhook.DialFunc(dial)})
		transport := aggregator.ProxyTransport.Clone()
		transport.DialContext = dial
		aggregator.ProxyTransport = transport
	}
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

// start builds the server chain and serves until the context ends. A later failure goes to fail.
func (s *apiServer) start(ctx context.Context, fail func(error)) error {
	completed, err := s.config.Complete()
	if err != nil {
		return err
	}
	chain, err := app.CreateServerChain(completed)
	if err != nil {
		return fmt.Errorf("unable to create the API server: %w", err)
	}
	kube, ok := chain.GenericAPIServer.NextDelegate().(*server.GenericAPIServer)
	if !ok {
		return fmt.Errorf("unable to serve OpenAPI: the aggregator delegates to a %T", chain.GenericAPIServer.NextDelegate())
	}
	generic := s.config.KubeAPIs.ControlPlane.Generic
	if err := openapi.Serve(kube, generic.OpenAPIConfig, generic.OpenAPIV3Config); err != nil {
		return fmt.Errorf("unable to serve OpenAPI: %w", err)
	}
	prepared, err := chain.PrepareRun()
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
