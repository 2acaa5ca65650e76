package stages

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"

	"seatrial/engine/internal/simulation/registry"
)

// Config is what a Player needs from the process around it.
type Config struct {
	REST      *rest.Config
	Client    kubernetes.Interface
	Dynamic   dynamic.Interface
	Mapper    meta.ResettableRESTMapper
	Recorder  record.EventRecorder
	Addresses Addresses
}

// Player plays the applied Stages. It watches only kinds that a Stage is for.
type Player struct {
	Config
	// ctx ends the Player and its watches.
	ctx      context.Context
	registry *registry.Registry[*stage]

	definitions      *objectCache
	watchDefinitions sync.Once

	mu         sync.RWMutex
	builtIn    map[schema.GroupVersionKind]schema.GroupVersionResource
	watched    map[schema.GroupVersionKind]*watchedKind
	stagedPods map[types.UID]bool

	clients sync.Map // of dynamic.Interface by user name
}

// New returns a Player without Stages, which watches nothing. It ends with the context.
func New(ctx context.Context, config Config) *Player {
	p := &Player{
		Config: config, ctx: ctx, registry: registry.New[*stage]("stage"),
		builtIn:    map[schema.GroupVersionKind]schema.GroupVersionResource{},
		watched:    map[schema.GroupVersionKind]*watchedKind{},
		stagedPods: map[types.UID]bool{},
	}
	p.definitions = newObjectCache(p.definitionChanged)
	p.registry.OnChange(p.stagesChanged)
	return p
}

// clientFor returns a client that acts as a user.
func (p *Player) clientFor(as *internalversion.ImpersonationConfig) (dynamic.Interface, error) {
	if as == nil || as.Username == "" {
		return p.Dynamic, nil
	}
	if client, known := p.clients.Load(as.Username); known {
		return client.(dynamic.Interface), nil
	}
	config := rest.CopyConfig(p.REST)
	config.Impersonate = rest.ImpersonationConfig{UserName: as.Username}
	client, err := dynamic.NewForConfig(config)
	if err == nil {
		p.clients.Store(as.Username, client)
	}
	return client, err
}
