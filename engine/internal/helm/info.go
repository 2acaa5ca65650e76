package helm

import (
	"net/http"

	"seatrial/engine/internal/jsonhttp"
)

func (s *Service) info(w http.ResponseWriter, _ *http.Request) {
	jsonhttp.Write(w, http.StatusOK, s.config.Info())
}

func (s *Service) stop(w http.ResponseWriter, r *http.Request) {
	var request struct{}
	if _, err := decode(w, r, &request); err != nil {
		writeError(w, err)
		return
	}
	jsonhttp.Write(w, http.StatusAccepted, struct{}{})
	// The client must have its answer before the socket goes away.
	_ = http.NewResponseController(w).Flush()
	s.stopOnce.Do(func() { go s.config.Stop("requested") })
}
