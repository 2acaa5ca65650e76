// Package simulation does the work of kubelets, storage provisioners, load balancers and ingress
// controllers on a cluster that has none: it keeps the objects' statuses up to date, runs nothing, and
// lets users say what goes wrong.
package simulation

import (
	"context"
	"net/http"
	"time"

	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/kubernetes/pkg/controller/podgc"

	"seatrial/engine/internal/simulation/addresses"
	"seatrial/engine/internal/simulation/kubelet"
	"seatrial/engine/internal/simulation/nodes"
	"seatrial/engine/internal/simulation/reconcile"
	"seatrial/engine/internal/simulation/rules"
	"seatrial/engine/internal/simulation/stages"
	"seatrial/engine/internal/simulation/volumes"
)

// Upstream's pod garbage collector looks every 20 s for pods of deleted nodes, and removes them after
// another 40 s. A second, faster one runs next to it. It leaves pods that have ended to upstream's.
const (
	noThreshold      = 0
	collectionPeriod = 500 * time.Millisecond
	quarantine       = time.Second
)

// Simulation is a running simulation. It ends with the context that it was started with.
type Simulation struct {
	rules   *rules.Store
	kubelet *kubelet.Kubelet
	stages  *stages.Player
	nodes   *nodes.Controller
}

// clients are the ways in which the simulation talks to the API server.
type clients struct {
	config   *rest.Config
	core     kubernetes.Interface
	dynamic  dynamic.Interface
	metadata metadata.Interface
	mapper   *restmapper.DeferredDiscoveryRESTMapper
}

func newClients(config *rest.Config) (clients, error) {
	// The rules of a namespace and a burst of pods must not wait for limits that protect a shared API
	// server.
	config = rest.CopyConfig(config)
	config.QPS, config.Burst = 2000, 4000
	config.UserAgent = "seatrial-simulation"
	core, err := kubernetes.NewForConfig(config)
	if err != nil {
		return clients{}, err
	}
	dynamicClient, err := dynamic.NewForConfig(config)
	if err != nil {
		return clients{}, err
	}
	metadataClient, err := metadata.NewForConfig(config)
	if err != nil {
		return clients{}, err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(core.Discovery()))
	return clients{config, core, dynamicClient, metadataClient, mapper}, nil
}

// Start starts a simulation on a cluster whose API server answers, and returns when all caches are
// filled. version is the version that the nodes report as their kubelets'.
func Start(ctx context.Context, config Config, version string, cluster *rest.Config) (*Simulation, error) {
	clients, err := newClients(cluster)
	if err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactory(clients.core, 0)
	broadcaster := reconcile.NewBroadcaster(ctx, clients.core)
	s, err := newSimulation(ctx, config, version, clients, factory, broadcaster)
	if err != nil {
		return nil, err
	}
	provisioner, err := volumes.New(clients.core, factory, reconcile.NewRecorder(broadcaster, volumes.Provisioner, ""))
	if err != nil {
		return nil, err
	}
	addressing, err := addresses.New(clients.core, factory, reconcile.NewRecorder(broadcaster, "service-controller", ""))
	if err != nil {
		return nil, err
	}
	collector := podgc.NewPodGCInternal(ctx, clients.core, s.kubelet.Pods(), factory.Core().V1().Nodes(),
		noThreshold, collectionPeriod, quarantine)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	s.nodes.Run(ctx)
	provisioner.Run(ctx)
	addressing.Run(ctx)
	go collector.Run(ctx)
	return s, s.kubelet.Run(ctx)
}

// newSimulation connects the parts that rules and Stages concern, without starting them.
func newSimulation(
	ctx context.Context, config Config, version string, clients clients,
	factory informers.SharedInformerFactory, broadcaster record.EventBroadcaster,
) (*Simulation, error) {
	nodeMonitor := reconcile.NewRecorder(broadcaster, "node-controller", "")
	nodeLister := factory.Core().V1().Nodes().Lister()
	podAddresses := kubelet.NewAddresses(nodeLister)
	s := &Simulation{rules: rules.NewStore()}
	s.stages = stages.New(ctx, stages.Config{
		REST: clients.config, Client: clients.core, Dynamic: clients.dynamic, Mapper: clients.mapper,
		Recorder: reconcile.NewRecorder(broadcaster, "seatrial-stages", ""), Addresses: podAddresses,
	})
	var err error
	s.kubelet, err = kubelet.New(ctx, kubelet.Config{
		Client: clients.core, Informers: factory, Nodes: nodeLister, Addresses: podAddresses, NodeMonitor: nodeMonitor,
		Rules: s.rules, Stages: s.stages, Defaults: config.defaults(),
		Owners: kubelet.NewOwners(clients.metadata, clients.mapper),
	})
	if err != nil {
		return nil, err
	}
	s.nodes, err = nodes.NewController(nodes.ControllerConfig{
		Client: clients.core, Informers: factory, Monitor: nodeMonitor, Version: version,
		Lost: s.rules.Lost, HasNodeStages: s.stages.HasNodeStages,
	})
	if err != nil {
		return nil, err
	}
	s.rules.OnChange(s.rulesChanged)
	s.stages.OnPodStagesChange(s.kubelet.EnqueueNamespace)
	_, err = factory.Core().V1().Namespaces().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{DeleteFunc: s.namespaceDeleted})
	return s, err
}

// Kubelets returns the handler of the requests that the API server sends to the nodes' kubelets.
func (s *Simulation) Kubelets() http.Handler { return s.kubelet.Handler() }

// rulesChanged syncs the pods and nodes again to which other rules apply now.
func (s *Simulation) rulesChanged(namespace string) {
	if namespace == "" {
		s.nodes.EnqueueAll()
	}
	s.kubelet.EnqueueNamespace(namespace)
}

func (s *Simulation) namespaceDeleted(object any) {
	if name, err := cache.DeletionHandlingObjectToName(object); err == nil {
		s.rules.RemoveNamespace(name.Name)
		s.stages.RemoveNamespace(name.Name)
		s.kubelet.ForgetNamespace(name.Name)
	}
}
