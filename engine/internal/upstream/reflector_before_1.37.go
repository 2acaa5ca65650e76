//go:build before1.37

package upstream

import "k8s.io/client-go/tools/cache"

// ReflectorOptions are those of a reflector. The time between its tries cannot be set: a custom resource whose
// definition is new is read again after 800 ms.
func ReflectorOptions(name string) cache.ReflectorOptions { return cache.ReflectorOptions{Name: name} }
