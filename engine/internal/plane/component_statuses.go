package plane

import (
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/handlers"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/probe"
	"k8s.io/kubernetes/pkg/registry/core/componentstatus"
)

const componentStatusTimeout = time.Minute

// withComponentStatuses answers for ComponentStatuses. Upstream asks the components on fixed ports of this
// machine, where components of another cluster may listen; here they have no port.
func withComponentStatuses(next http.Handler) http.Handler {
	storage := componentstatus.NewStorage(func() map[string]componentstatus.Server {
		return map[string]componentstatus.Server{
			"controller-manager": inProcess{}, "scheduler": inProcess{}, "etcd-0": inProcess{},
		}
	})
	scope := &handlers.RequestScope{
		Namer:            handlers.ContextBasedNaming{Namer: runtime.Namer(meta.NewAccessor()), ClusterScoped: true},
		Serializer:       legacyscheme.Codecs,
		ParameterCodec:   legacyscheme.ParameterCodec,
		Convertor:        legacyscheme.Scheme,
		Defaulter:        legacyscheme.Scheme,
		Creater:          legacyscheme.Scheme,
		Typer:            legacyscheme.Scheme,
		TableConvertor:   storage,
		Resource:         corev1.SchemeGroupVersion.WithResource("componentstatuses"),
		Kind:             corev1.SchemeGroupVersion.WithKind("ComponentStatus"),
		HubGroupVersion:  schema.GroupVersion{Version: runtime.APIVersionInternal},
		MetaGroupVersion: metav1.SchemeGroupVersion,
	}
	list := handlers.ListResource(storage, nil, scope, false, componentStatusTimeout)
	get := handlers.GetResource(storage, scope)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info, ok := genericapirequest.RequestInfoFrom(r.Context())
		switch isAbout := ok && info.IsResourceRequest && info.APIGroup == "" && info.Resource == "componentstatuses"; {
		case isAbout && info.Verb == "list":
			list(w, r)
		case isAbout && info.Verb == "get":
			get(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// inProcess is a component of this process, which ends when one of them fails.
type inProcess struct{}

func (inProcess) DoServerCheck() (probe.Result, string, error) { return probe.Success, "ok", nil }
