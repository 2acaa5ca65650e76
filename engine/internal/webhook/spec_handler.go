package webhook

import (
	"context"
	"encoding/json"
	"fmt"
)

// maxHandlerBytes is the longest line that the reader of the connection accepts, less the names in it.
const maxHandlerBytes = 4<<20 - 4096

// handlerCall is a review that waits for the response of a spec's handler.
type handlerCall struct {
	ID      uint64          `json:"id"`
	Type    string          `json:"type"`
	Config  string          `json:"configuration"`
	Webhook string          `json:"webhook"`
	Request json.RawMessage `json:"request"`

	answer chan answerRequest
}

// ask sends a review to the spec's handler and waits for its response, for the handler's end, or for the
// API server's timeout.
func (b *behaviours) ask(ctx context.Context, handler *behaviour, id calledWebhook, request json.RawMessage) (json.RawMessage, error) {
	if len(request) > maxHandlerBytes {
		return nil, fmt.Errorf("the review for the spec's handler of webhook %q has %d bytes, the limit is %d", id.Webhook, len(request), maxHandlerBytes)
	}
	call := &handlerCall{
		Type: id.Type, Config: id.Configuration, Webhook: id.Webhook, Request: request, answer: make(chan answerRequest, 1),
	}
	b.mutex.Lock()
	b.lastID++
	call.ID = b.lastID
	b.pending[call.ID] = call
	b.mutex.Unlock()
	defer func() {
		b.mutex.Lock()
		delete(b.pending, call.ID)
		b.mutex.Unlock()
	}()

	gone := fmt.Errorf("the spec's handler of webhook %q is gone: its process has ended, or it was disposed of", id.Webhook)
	late := func() error {
		return fmt.Errorf("the spec's handler of webhook %q did not respond in time: %w", id.Webhook, ctx.Err())
	}
	select {
	case handler.calls <- call:
	case <-handler.done:
		return nil, gone
	case <-ctx.Done():
		return nil, late()
	}
	select {
	case answer := <-call.answer:
		if answer.Error != "" {
			return nil, fmt.Errorf("the spec's handler of webhook %q failed: %s", id.Webhook, answer.Error)
		}
		return answer.Response, nil
	case <-handler.done:
		return nil, gone
	case <-ctx.Done():
		return nil, late()
	}
}

// take passes a response to the call that waits for it. It returns false when no call waits any more.
func (b *behaviours) take(answer answerRequest) bool {
	b.mutex.Lock()
	call := b.pending[answer.ID]
	delete(b.pending, answer.ID)
	b.mutex.Unlock()
	if call == nil {
		return false
	}
	call.answer <- answer
	return true
}
