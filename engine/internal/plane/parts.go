package plane

// maxParts exceeds the number of parts that a boot runs at the same time.
const maxParts = 16

// parts run at the same time. After the first failure Wait returns without waiting for the other parts,
// which may depend on the failed one: the API server's configuration tries for 20 s to reach an etcd that
// did not start.
type parts struct {
	results chan error
	count   int
}

func newParts() *parts { return &parts{results: make(chan error, maxParts)} }

func (p *parts) Go(part func() error) {
	p.count++
	go func() { p.results <- part() }()
}

// Wait returns the first error, or nil when all parts have succeeded. It must be called once, after the
// last Go.
func (p *parts) Wait() error {
	for range p.count {
		if err := <-p.results; err != nil {
			return err
		}
	}
	return nil
}
