// Package plane runs a Kubernetes control plane in this process: etcd, kube-apiserver,
// kube-controller-manager and kube-scheduler.
package plane

import (
	"context"
	"net"
	"net/http"
	"path/filepath"

	clientv3 "go.etcd.io/etcd/client/v3"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"seatrial/engine/internal/webhook"
)

// Options configure a control plane.
type Options struct {
	// DataDir is a directory (0700) for certificates, the kubeconfig and the store. It must be the working
	// directory.
	DataDir string
	// OnStep is called after each finished part of the boot.
	OnStep func(name string)
	// Objects are in the cluster from its first moment, in addition to the bootstrap policy.
	Objects []runtime.Object
	// Simulate is called together with the start of the controllers, when the API server answers. It
	// returns the handler of the requests that the API server sends to the nodes' kubelets, such as
	// requests for logs. The plane is ready only after it has returned. It may be nil.
	Simulate func(ctx context.Context, plane *Plane) (kubelets http.Handler, err error)
	// EmulatedVersion is the version of Kubernetes to behave as, such as "1.35"; empty for its own.
	EmulatedVersion string
	// DryRunsOnly leaves out the scheduler, Simulate and the controllers that do not matter to dry runs.
	DryRunsOnly bool
	// RealNode is the node with real containers, or nil.
	RealNode *RealNode
	// OnFailure is called when a component fails after it was started.
	OnFailure func(component string, err error)
}

// Plane is a running control plane. It ends with the context that it was started with.
type Plane struct {
	// Server is the API server's address, for example https://127.0.0.1:34567.
	Server string
	// Kubeconfig is the path of the administrator's kubeconfig.
	Kubeconfig string
	// Config is the administrator's client configuration.
	Config *rest.Config
	// Webhooks stands in for the backends of webhooks and APIServices.
	Webhooks *webhook.Simulator

	// keys is nil for a control plane that was running already.
	keys     *pki
	stored   *objectStore
	kubelets *kubeletListener
}

// Start boots the control plane and returns when it is ready: the API server's hooks are done, the
// controllers have created the default namespace's ServiceAccount, and the scheduler's caches are filled.
//
// The order is chosen for speed. Upstream's components wait for each other with polls of one second. Here
// each is started when everything that it needs is ready, so that its own wait ends at the first try.
func Start(ctx context.Context, options Options) (*Plane, error) {
	step := options.OnStep
	fail := func(component string) func(error) {
		return func(err error) { options.OnFailure(component, err) }
	}

	if err := emulate(options.EmulatedVersion); err != nil {
		return nil, &componentError{emulationPart, err}
	}
	keys, err := newPKI(filepath.Join(options.DataDir, "pki"))
	if err != nil {
		return nil, &componentError{"certificates", err}
	}
	// Bound before anything is configured and passed on as it is: no other process can take the port in
	// between.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, &componentError{"apiserver", err}
	}
	if err := checkLoopback(ctx, listener); err != nil {
		return nil, &componentError{"apiserver", err}
	}
	server := "https://" + listener.Addr().String()
	webhooks, err := webhook.New(serviceClusterIPRange, keys.caPEM)
	if err != nil {
		return nil, &componentError{"webhooks", err}
	}
	plane := &Plane{
		keys:       keys,
		Webhooks:   webhooks,
		Server:     server,
		Kubeconfig: filepath.Join(options.DataDir, "kubeconfig"),
		Config:     adminConfig(server, keys),
	}
	if err := writeKubeconfig(plane.Kubeconfig, server, keys.caPEM, keys.adminToken); err != nil {
		return nil, &componentError{"certificates", err}
	}
	if err := keys.issueRealNode(options.RealNode, options.DataDir, server); err != nil {
		return nil, &componentError{"certificates", err}
	}
	step("certificates")

	var api *apiServer
	var etcd *clientv3.Client
	before := newParts()
	before.Go(func() error {
		var err error
		if etcd, err = startEtcd(ctx, filepath.Join(options.DataDir, "etcd"), fail("etcd")); err != nil {
			return &componentError{"etcd", err}
		}
		step("etcd")
		if err := seed(ctx, etcd, options.Objects); err != nil {
			return &componentError{"policy", err}
		}
		step("policy")
		return nil
	})
	before.Go(func() (err error) {
		if api, err = configureAPIServer(ctx, listener, keys, webhooks, options.RealNode); err != nil {
			return &componentError{"apiserver", err}
		}
		if err := api.refuseUnknownFields(options.EmulatedVersion); err != nil {
			return &componentError{emulationPart, err}
		}
		if plane.kubelets, err = api.listenForKubelets(ctx, keys, options.RealNode); err != nil {
			return &componentError{"kubelets", err}
		}
		return nil
	})
	if err := before.Wait(); err != nil {
		return nil, err
	}
	plane.stored = &objectStore{etcd, api.config.KubeAPIs.ControlPlane.StorageFactory.ResourcePrefix}

	if err := api.start(ctx, fail("apiserver")); err != nil {
		return nil, &componentError{"apiserver", err}
	}
	step("apiserver")
	client, err := kubernetes.NewForConfig(plane.Config)
	if err != nil {
		return nil, &componentError{"apiserver", err}
	}
	if err := waitForAPI(ctx, client); err != nil {
		return nil, &componentError{"apiserver", err}
	}
	step("api-ready")
	if err := webhooks.Connect(plane.Config); err != nil {
		return nil, &componentError{"webhooks", err}
	}
	if err := api.caches.Connect(plane.Config); err != nil {
		return nil, &componentError{"apiserver", err}
	}
	return plane, startClients(ctx, plane, keys, client, options, fail)
}

// startClients starts, at the same time, every component that talks to the API server.
func startClients(
	ctx context.Context, plane *Plane, keys *pki, client kubernetes.Interface, options Options, fail func(string) func(error),
) error {
	step := options.OnStep
	group := newParts()
	group.Go(func() error {
		if err := startControllers(ctx, plane.Kubeconfig, keys, options.DryRunsOnly, fail("controllers")); err != nil {
			return &componentError{"controllers", err}
		}
		if err := waitForControllers(ctx, client); err != nil {
			return &componentError{"controllers", err}
		}
		step("controllers")
		return nil
	})
	group.Go(func() error {
		if options.Simulate == nil || options.DryRunsOnly {
			return nil
		}
		kubelets, err := options.Simulate(ctx, plane)
		if err != nil {
			return &componentError{"simulation", err}
		}
		plane.kubelets.serve(ctx, kubelets)
		step("simulation")
		return nil
	})
	group.Go(func() error {
		if err := startNamespaceDeletion(ctx, plane.Config); err != nil {
			return &componentError{"namespace-deletion", err}
		}
		if err := startCRDDeletion(ctx, plane.Config, plane.stored); err != nil {
			return &componentError{"crd-deletion", err}
		}
		if err := startFlowControl(ctx, plane.Config, client); err != nil {
			return &componentError{"flow-control", err}
		}
		return nil
	})
	group.Go(func() error {
		if options.DryRunsOnly {
			return nil
		}
		if err := startScheduler(ctx, plane.Kubeconfig); err != nil {
			return &componentError{"scheduler", err}
		}
		step("scheduler")
		return nil
	})
	return group.Wait()
}

// WithObjects returns those of the resources that have objects in the namespace or, if they are cluster-scoped,
// that have objects at all. A resource that is not in this control plane's own store, because another API server
// serves it, is among them.
func (p *Plane) WithObjects(ctx context.Context, namespace string, resources []Resource) ([]Resource, error) {
	return p.stored.withObjects(ctx, namespace, resources)
}
