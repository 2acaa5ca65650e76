package wire

import (
	"context"
	"net/http"
)

// Identity is the user as whom Helm sends its requests to the API server.
type Identity struct {
	User   string   `json:"user"`
	Groups []string `json:"groups,omitempty"`
}

// Kubernetes' own headers of impersonation.
const (
	userHeader  = "Impersonate-User"
	groupHeader = "Impersonate-Group"
)

type identityKey struct{}

// Identified passes on the identity that the headers of a request name.
func Identified(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if user := r.Header.Get(userHeader); user != "" {
			r = r.WithContext(WithIdentity(r.Context(), &Identity{User: user, Groups: r.Header.Values(groupHeader)}))
		}
		next(w, r)
	}
}

// WithIdentity returns a context with an identity, which may be nil.
func WithIdentity(ctx context.Context, identity *Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, identity)
}

// IdentityOf returns nil for the user of the kubeconfig.
func IdentityOf(ctx context.Context) *Identity {
	identity, _ := ctx.Value(identityKey{}).(*Identity)
	return identity
}
