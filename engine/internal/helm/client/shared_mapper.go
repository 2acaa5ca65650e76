package client

import (
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/restmapper"
)

// sharedMapper maps kinds to resources. It asks the server again before it reports that a kind does
// not exist: the CRD may have been created just now.
type sharedMapper struct {
	discovery *sharedDiscovery

	mutex      sync.Mutex
	mapper     meta.RESTMapper
	generation uint64
}

func newSharedMapper(discovery *sharedDiscovery) *sharedMapper {
	return &sharedMapper{discovery: discovery}
}

func (m *sharedMapper) current() (meta.RESTMapper, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	generation := m.discovery.generation.Load()
	if m.mapper != nil && m.generation == generation {
		return m.mapper, nil
	}
	resources, err := restmapper.GetAPIGroupResources(m.discovery)
	if err != nil {
		return nil, err
	}
	m.mapper, m.generation = restmapper.NewDiscoveryRESTMapper(resources), generation
	return m.mapper, nil
}

// Reset makes the next look-up ask the server.
func (m *sharedMapper) Reset() { m.discovery.Invalidate() }

func lookUp[T any](m *sharedMapper, ask func(meta.RESTMapper) (T, error)) (T, error) {
	mapper, err := m.current()
	if err == nil {
		var found T
		if found, err = ask(mapper); err == nil || !meta.IsNoMatchError(err) {
			return found, err
		}
		m.Reset()
		mapper, err = m.current()
	}
	if err != nil {
		var none T
		return none, err
	}
	return ask(mapper)
}

func (m *sharedMapper) KindFor(resource schema.GroupVersionResource) (schema.GroupVersionKind, error) {
	return lookUp(m, func(r meta.RESTMapper) (schema.GroupVersionKind, error) { return r.KindFor(resource) })
}

func (m *sharedMapper) KindsFor(resource schema.GroupVersionResource) ([]schema.GroupVersionKind, error) {
	return lookUp(m, func(r meta.RESTMapper) ([]schema.GroupVersionKind, error) { return r.KindsFor(resource) })
}

func (m *sharedMapper) ResourceFor(input schema.GroupVersionResource) (schema.GroupVersionResource, error) {
	return lookUp(m, func(r meta.RESTMapper) (schema.GroupVersionResource, error) { return r.ResourceFor(input) })
}

func (m *sharedMapper) ResourcesFor(input schema.GroupVersionResource) ([]schema.GroupVersionResource, error) {
	return lookUp(m, func(r meta.RESTMapper) ([]schema.GroupVersionResource, error) { return r.ResourcesFor(input) })
}

func (m *sharedMapper) RESTMapping(kind schema.GroupKind, versions ...string) (*meta.RESTMapping, error) {
	return lookUp(m, func(r meta.RESTMapper) (*meta.RESTMapping, error) { return r.RESTMapping(kind, versions...) })
}

func (m *sharedMapper) RESTMappings(kind schema.GroupKind, versions ...string) ([]*meta.RESTMapping, error) {
	return lookUp(m, func(r meta.RESTMapper) ([]*meta.RESTMapping, error) { return r.RESTMappings(kind, versions...) })
}

func (m *sharedMapper) ResourceSingularizer(resource string) (string, error) {
	return lookUp(m, func(r meta.RESTMapper) (string, error) { return r.ResourceSingularizer(resource) })
}
