package plane

// No boot has more parts side by side.
const maxParts = 16

// parts run side by side. Once one has failed, Wait returns without waiting for the others, which may wait for it in vain: the API
// server's configuration tries for 20 s to reach an etcd that is not there.
type parts struct {
	results chan error
	count   int
}

func newParts() *parts { return &parts{results: make(chan error, maxParts)} }

func (p *parts) Go(part func() error) {
	p.count++
	go func() { p.results <- part() }()
}

// Wait returns the first error, or nil when all parts are done. It must be called once, after the last Go.
func (p *parts) Wait() error {
	for range p.count {
		if err := <-p.results; err != nil {
			return err
		}
	}
	return nil
}
