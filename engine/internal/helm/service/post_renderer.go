package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"helm.sh/helm/v4/pkg/postrenderer"
)

// maxPostRendered is more than Helm can store in a release.
const maxPostRendered = 64 << 20

// callerRenderer is Helm's post-renderer: it sends the rendered manifests to the caller of the
// engine, who listens on a unix socket, and continues with the answer.
type callerRenderer struct {
	ctx    context.Context
	socket string
}

// postRenderer returns nil, which is Helm's default, for an empty path.
func postRenderer(ctx context.Context, socket string) postrenderer.PostRenderer {
	if socket == "" {
		return nil
	}
	return &callerRenderer{ctx: ctx, socket: socket}
}

// Run implements Helm's interface.
func (r *callerRenderer) Run(rendered *bytes.Buffer) (*bytes.Buffer, error) {
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", r.socket)
		},
	}
	request, err := http.NewRequestWithContext(r.ctx, http.MethodPost, "http://caller/", rendered)
	if err != nil {
		return nil, err
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return nil, fmt.Errorf("the post-renderer cannot be reached: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxPostRendered+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer of the post-renderer cannot be read: %w", err)
	case len(answer) > maxPostRendered:
		return nil, fmt.Errorf("the post-renderer returned more than %d MiB", maxPostRendered>>20)
	case response.StatusCode != http.StatusOK:
		return nil, errors.New(string(answer))
	}
	return bytes.NewBuffer(answer), nil
}
