package service

import (
	"fmt"
	"sync"
)

// revisionDigests remembers the digest of the chart that each revision was created from: Helm
// stores a parsed chart, from which the digest cannot be computed again.
type revisionDigests struct {
	mutex   sync.Mutex
	digests map[string]string
}

func newRevisionDigests() *revisionDigests { return &revisionDigests{digests: map[string]string{}} }

func revisionKey(namespace, name string, revision int) string {
	return fmt.Sprintf("%s/%s/%d", namespace, name, revision)
}

func (b *revisionDigests) set(namespace, name string, revision int, digest string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.digests[revisionKey(namespace, name, revision)] = digest
}

func (b *revisionDigests) get(namespace, name string, revision int) string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.digests[revisionKey(namespace, name, revision)]
}
