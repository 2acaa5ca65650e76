package webhook

import (
	"context"
	"encoding/json"
	"fmt"
)

// What the reader of the connection takes as one line, less the names around it.
const maxHandlerBytes = 4<<20 - 4096

// handlerCall is a review that waits for the answer of a spec's handler.
type handlerCall struct {
	ID      uint64          `json:"id"`
	Type    string          `json:"type"`
	Config  string          `json:"configuration"`
	Webhook string          `json:"webhook"`
	Request json.RawMessage `json:"request"`

	answer chan answerRequest
}

// ask hands a review to the spec's handler and waits: for its answer, for its end, or until the API server has waited enough.
func (b *behaviours) ask(ctx context.Context, handler *behaviour, id identity, request json.RawMessage) (json.RawMessage, error) {
	if len(request) > maxHandlerBytes {
		return nil, fmt.Errorf("the review for the spec's handler of webhook %q has %d bytes, %d are the most", id.Webhook, len(request), maxHandlerBytes)
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
		return fmt.Errorf("the spec's handler of webhook %q gave no answer in time: %w", id.Webhook, ctx.Err())
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

// take hands an answer to the call that waits for it; false when nobody waits any more.
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
