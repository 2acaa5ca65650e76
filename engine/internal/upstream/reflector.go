//go:build !before1.37

package upstream

import (
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"
)

// A custom resource is served some milliseconds after its definition is established. A reflector would wait 800 ms
// before its second try.
var quickly = wait.Backoff{Duration: 10 * time.Millisecond, Cap: time.Second, Steps: 8, Factor: 2}

// ReflectorOptions are those of a reflector that tries again quickly.
func ReflectorOptions(name string) cache.ReflectorOptions {
	return cache.ReflectorOptions{Name: name, Backoff: &quickly}
}
