package stages

import (
	"context"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
)

const (
	workers = 8
	// How long the expressions of all Stages may take for one object: jq can loop for ever.
	matchTimeout = 2 * time.Second
	// releaseNamespace is the annotation that Helm gives to the objects of a release.
	releaseNamespace = "meta.helm.sh/release-namespace"
)

// Config is what a Player needs from the process around it.
type Config struct {
	REST     *rest.Config
	Client   kubernetes.Interface
	Dynamic  dynamic.Interface
	Mapper   meta.ResettableRESTMapper
	Recorder record.EventRecorder
}

// Kubelet is whose the Pods are that no Stage selects.
type Kubelet interface {
	Addresses
	// EnqueueNamespace is called when other Stages hold for the Pods of a namespace, or of all when it is empty.
	EnqueueNamespace(namespace string)
}

// Player plays the Stages in force. It watches only kinds that a Stage is for.
type Player struct {
	config  Config
	kubelet Kubelet
	// ctx ends the Player and all that it watches.
	ctx context.Context

	mu          sync.RWMutex
	next        int
	stages      []*stage
	followed    map[schema.GroupVersionKind]*followed
	claimed     map[types.UID]bool
	definitions *mirror

	clients sync.Map // of dynamic.Interface by user name
}

// New returns a Player without Stages, which watches nothing. It ends with the context.
func New(ctx context.Context, config Config) *Player {
	return &Player{
		ctx: ctx, config: config, followed: map[schema.GroupVersionKind]*followed{}, claimed: map[types.UID]bool{},
	}
}

// Attach makes the kubelets known; it must be called before Stages are applied.
func (p *Player) Attach(kubelet Kubelet) { p.kubelet = kubelet }

// follow has the objects of a kind played on from now on. The caller holds the lock.
func (p *Player) follow(gvk schema.GroupVersionKind, where served) {
	if existing, known := p.followed[gvk]; known {
		if existing.served == where {
			return
		}
		existing.stop()
	}
	ctx, stop := context.WithCancel(p.ctx)
	f := newFollowed(p, gvk, where, stop)
	p.followed[gvk] = f
	f.queue.Run(ctx, workers)
	go f.mirror.run(ctx, p.config.Dynamic, where.GroupVersionResource, gvk)
}

// unfollow ends the watch on a kind. The caller holds the lock.
func (p *Player) unfollow(gvk schema.GroupVersionKind) {
	if f, known := p.followed[gvk]; known {
		f.stop()
		delete(p.followed, gvk)
	}
}

// settle brings what is watched in line with the Stages in force, and has the objects of a kind looked at again.
func (p *Player) settle(gvk schema.GroupVersionKind, namespace string) {
	p.mu.Lock()
	isWanted := slices.ContainsFunc(p.stages, func(s *stage) bool { return s.gvk == gvk })
	f := p.followed[gvk]
	if !isWanted {
		p.unfollow(gvk)
	}
	p.mu.Unlock()
	if gvk == podKind {
		p.kubelet.EnqueueNamespace(namespace)
	}
	if f != nil && isWanted {
		f.lookAgain(namespace)
	}
}

// watchDefinitions follows the CustomResourceDefinitions from the first call on, and returns when those that exist are known.
func (p *Player) watchDefinitions(ctx context.Context) error {
	p.mu.Lock()
	if p.definitions == nil {
		p.definitions = newMirror(p.definitionChanged)
		go p.definitions.run(p.ctx, p.config.Dynamic, crdResource, crdKind)
	}
	definitions := p.definitions
	p.mu.Unlock()
	select {
	case <-definitions.filled:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

// definitionChanged follows the kinds of Stages that are served from now on, and ends the watch on those that are no longer.
func (p *Player) definitionChanged(name cache.ObjectName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	definition := p.definitions.get(name)
	for _, s := range p.stages {
		if isBuiltIn(s.gvk.Group) {
			continue
		}
		f := p.followed[s.gvk]
		isOfName := f != nil && f.served.GroupResource().String() == name.Name
		where, isServed, err := served{}, false, error(nil)
		if definition != nil {
			where, isServed, err = custom(definition, s.gvk)
		}
		switch {
		case err != nil:
			s.note(err.Error())
		case isServed:
			p.follow(s.gvk, where)
			continue
		}
		if isOfName {
			p.unfollow(s.gvk)
			go f.abandon(p.ctx)
		}
	}
}

// stagesOf are the Stages in force for an object: those of its namespace, or, when there are none for its kind, those of all.
func (p *Player) stagesOf(gvk schema.GroupVersionKind, object *unstructured.Unstructured) []*stage {
	return p.stagesIn(gvk, namespaceOf(object))
}

func (p *Player) stagesIn(gvk schema.GroupVersionKind, namespace string) []*stage {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var own, general []*stage
	for _, s := range p.stages {
		switch {
		case s.gvk != gvk:
		case s.Namespace == "":
			general = append(general, s)
		case s.Namespace == namespace:
			own = append(own, s)
		}
	}
	if len(own) > 0 {
		return own
	}
	return general
}

// namespaceOf is the namespace whose Stages an object is subject to. An object without one is that of its release.
func namespaceOf(object *unstructured.Unstructured) string {
	if namespace := object.GetNamespace(); namespace != "" {
		return namespace
	}
	return object.GetAnnotations()[releaseNamespace]
}
