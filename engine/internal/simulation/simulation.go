// Package simulation does what kubelets, storage, load balancers and ingress controllers would do, where there are none: it keeps the
// objects' statuses as they would, runs nothing, and lets a user say what goes wrong.
package simulation

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
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

// Upstream's pod garbage collector looks every 20 s for pods whose node is gone, and removes them after 40 s more. It is at work too; one
// that is faster is beside it. Pods that have ended are left to the former.
const (
	noThreshold      = 0
	collectionPeriod = 500 * time.Millisecond
	quarantine       = time.Second
)

// Simulation is what runs beside the control plane. It ends with the context that it was started with.
type Simulation struct {
	config  Config
	version string
	rules   *rules.Store
	kubelet atomic.Pointer[kubelet.Kubelet]
	stages  atomic.Pointer[stages.Player]
	nodes   atomic.Pointer[nodes.Controller]
}

// New prepares a simulation; version is the one that its nodes report as their kubelets'.
func New(config Config, version string) *Simulation {
	s := &Simulation{config: config, version: version}
	s.rules = rules.NewStore(s.changed)
	return s
}

// Objects are the objects that the cluster has from its first moment: the nodes, ready, and the StorageClasses.
func (s *Simulation) Objects() []runtime.Object {
	objects := volumes.Classes()
	for number, node := range s.config.Nodes {
		objects = append(objects, nodes.Object(node, number, s.version))
	}
	return objects
}

// Kubelets answers what the API server asks the nodes' kubelets.
func (s *Simulation) Kubelets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := s.kubelet.Load()
		if started == nil {
			http.Error(w, "the kubelets have not started yet", http.StatusServiceUnavailable)
			return
		}
		started.Handler().ServeHTTP(w, r)
	})
}

// Start begins the work on a cluster that answers and returns when all caches are filled.
func (s *Simulation) Start(ctx context.Context, config *rest.Config) error {
	// A namespace's rules and a burst of pods must not wait for a limit that protects a shared API server.
	config = rest.CopyConfig(config)
	config.QPS, config.Burst = 2000, 4000
	config.UserAgent = "seatrial-simulation"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	metadataClient, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	broadcaster := reconcile.NewBroadcaster(ctx, client)
	nodeMonitor := reconcile.NewRecorder(broadcaster, "node-controller", "")
	factory := informers.NewSharedInformerFactory(client, 0)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	player, err := newPlayer(ctx, config, client, mapper, broadcaster)
	if err != nil {
		return err
	}
	started, err := kubelet.New(ctx, kubelet.Config{
		Client:      client,
		Rules:       s.rules,
		Stages:      player,
		Defaults:    s.config.defaults(),
		NodeMonitor: nodeMonitor,
		Informers:   factory,
		Owners:      kubelet.NewOwners(metadataClient, mapper),
	})
	if err != nil {
		return err
	}
	player.Attach(started)
	reporting, err := nodes.NewController(nodes.ControllerConfig{
		Client: client, Informers: factory, Monitor: nodeMonitor, Lost: s.rules.Lost, Claimed: player.ClaimNodes, Version: s.version,
	})
	if err != nil {
		return err
	}
	provisioner, err := volumes.New(client, factory, reconcile.NewRecorder(broadcaster, volumes.Provisioner, ""))
	if err != nil {
		return err
	}
	addressing, err := addresses.New(client, factory, reconcile.NewRecorder(broadcaster, "service-controller", ""))
	if err != nil {
		return err
	}
	if err := s.forgetWithNamespaces(factory); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	s.kubelet.Store(started)
	s.stages.Store(player)
	s.nodes.Store(reporting)
	reporting.Run(ctx)
	collector := podgc.NewPodGCInternal(ctx, client, started.Pods(), factory.Core().V1().Nodes(), noThreshold, collectionPeriod, quarantine)
	provisioner.Run(ctx)
	addressing.Run(ctx)
	go collector.Run(ctx)
	return started.Run(ctx)
}

func newPlayer(
	ctx context.Context, config *rest.Config, client kubernetes.Interface, mapper *restmapper.DeferredDiscoveryRESTMapper,
	broadcaster record.EventBroadcaster,
) (*stages.Player, error) {
	dynamicClient, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return stages.New(ctx, stages.Config{
		REST: config, Client: client, Dynamic: dynamicClient, Mapper: mapper,
		Recorder: reconcile.NewRecorder(broadcaster, "seatrial-stages", ""),
	}), nil
}

// changed has the pods and nodes looked at again for which other rules hold now.
func (s *Simulation) changed(namespace string) {
	if started := s.nodes.Load(); started != nil && namespace == "" {
		started.EnqueueAll()
	}
	if started := s.kubelet.Load(); started != nil {
		started.EnqueueNamespace(namespace)
	}
}

// forgetWithNamespaces takes the rules of a namespace out of force when it has gone.
func (s *Simulation) forgetWithNamespaces(factory informers.SharedInformerFactory) error {
	_, err := factory.Core().V1().Namespaces().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		DeleteFunc: func(object any) {
			if name, err := cache.DeletionHandlingObjectToName(object); err == nil {
				s.rules.RemoveNamespace(name.Name)
				if player := s.stages.Load(); player != nil {
					player.RemoveNamespace(name.Name)
				}
				if started := s.kubelet.Load(); started != nil {
					started.ForgetNamespace(name.Name)
				}
			}
		},
	})
	return err
}
