package isolate

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"io"
	"net/http"
	"sync"
)

// Request is an HTTP POST for a worker.
type Request struct {
	Path string
	Body []byte
	// Chart is the path of the chart that the request reads: a worker that has it in memory is preferred.
	Chart string
}

// Response is the answer of the worker's handler.
type Response struct {
	Status int
	Body   []byte
	// Digest is the value of the header DigestHeader.
	Digest string
}

// DigestHeader lets the worker's handler report a render digest to the engine, which does not parse
// the body.
const DigestHeader = "Render-Digest"

// message is what a worker writes: events and finally the answer.
type message struct {
	Event    string
	Response *Response
}

// The first event of a worker: it may use all the memory that a chart is allowed, or less.
const (
	readyEvent = "ready"
	cramped    = "ready with less memory"
)

type announcerKey struct{}

// Announce reports to the parent how far the request is. The last event is what the parent can say
// about a request that had to be stopped. Outside a worker it does nothing.
func Announce(ctx context.Context, event string) {
	if announce, ok := ctx.Value(announcerKey{}).(func(string)); ok {
		announce(event)
	}
}

// Serve answers requests from in, one after the other, until in ends. It then returns immediately,
// even during a request: the parent is gone. hasFullBudget is what LimitMemory returned.
func Serve(in io.Reader, out io.Writer, handler http.Handler, hasFullBudget bool) {
	requests := make(chan *Request)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		decoder := gob.NewDecoder(bufio.NewReader(in))
		for {
			request := new(Request)
			if decoder.Decode(request) != nil {
				return
			}
			requests <- request
		}
	}()
	writer := newWriter(out)
	go func() {
		first := readyEvent
		if !hasFullBudget {
			first = cramped
		}
		writer.send(message{Event: first})
		for request := range requests {
			writer.send(message{Response: handle(handler, request, writer)})
		}
	}()
	<-ended
}

func handle(handler http.Handler, asked *Request, writer *writer) *Response {
	announce := func(event string) { writer.send(message{Event: event}) }
	ctx := context.WithValue(context.Background(), announcerKey{}, announce)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, asked.Path, bytes.NewReader(asked.Body))
	if err != nil {
		return &Response{Status: http.StatusBadRequest}
	}
	recorder := &recorder{header: http.Header{}, status: http.StatusOK}
	handler.ServeHTTP(recorder, request)
	return &Response{Status: recorder.status, Body: recorder.body.Bytes(), Digest: recorder.header.Get(DigestHeader)}
}

type writer struct {
	mutex   sync.Mutex
	out     *bufio.Writer
	encoder *gob.Encoder
}

func newWriter(out io.Writer) *writer {
	buffered := bufio.NewWriter(out)
	return &writer{out: buffered, encoder: gob.NewEncoder(buffered)}
}

// send ignores a failed write: the parent is gone then, and the requests end too.
func (w *writer) send(m message) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.encoder.Encode(m) == nil {
		_ = w.out.Flush()
	}
}

// recorder keeps an answer in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header            { return r.header }
func (r *recorder) WriteHeader(status int)         { r.status = status }
func (r *recorder) Write(data []byte) (int, error) { return r.body.Write(data) }
