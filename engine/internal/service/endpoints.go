package service

import (
	"log/slog"
	"net/http"

	helm "seatrial/engine/internal/helm/service"
	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/podsecurity"
)

// endpoints is everything that answers on the engine's socket.
type endpoints struct {
	about info
	stop  func(reason string)
	helm  *helm.Service
	// users issues client certificates. It is nil when the engine has not started the control plane.
	users issueClient
	// withObjects is nil when the engine has not started the control plane.
	withObjects findWithObjects
	// webhooks is nil when the engine does not answer webhooks: on a control plane that it has not started.
	webhooks http.Handler
	// simulation answers at simulationPath and below. It is nil without simulated nodes.
	simulation     http.Handler
	simulationPath string
	logger         *slog.Logger
	// chartsOnly leaves out what needs a cluster.
	chartsOnly bool
}

func (e *endpoints) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/info", serveInfo(e.about))
	mux.HandleFunc("POST /v1/stop", serveStop(e.stop))
	mux.HandleFunc("POST /v1/lock", newNamedLocks().serve)
	if e.chartsOnly {
		e.helm.RegisterCharts(mux)
	} else {
		e.helm.Register(mux)
	}
	mux.Handle("POST "+podsecurity.Path, podsecurity.Handler())
	if e.users != nil {
		mux.HandleFunc("POST /v1/users", serveUsers(e.users))
	}
	if e.withObjects != nil {
		mux.HandleFunc("POST /v1/resources-with-objects", serveResourcesWithObjects(e.withObjects))
	}
	if e.webhooks != nil {
		mux.Handle("/v1/webhook/", e.webhooks)
	}
	if e.simulation != nil {
		mux.Handle(e.simulationPath, e.simulation)
		mux.Handle(e.simulationPath+"/", e.simulation)
	}
	mux.HandleFunc("/", jsonhttp.UnknownEndpoint)
	return jsonhttp.RecoverPanics(e.logger, mux)
}
