package wire

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestARequestIsMadeAsTheUserOfItsHeaders(t *testing.T) {
	var seen *Identity
	handler := Identified(func(_ http.ResponseWriter, r *http.Request) { seen = IdentityOf(r.Context()) })
	ask := func(header http.Header) *Identity {
		request := httptest.NewRequest(http.MethodPost, "/v1/install", nil)
		request.Header = header
		handler(httptest.NewRecorder(), request)
		return seen
	}
	jane := ask(http.Header{"Impersonate-User": {"jane"}, "Impersonate-Group": {"crew", "pilots"}})
	if jane == nil || jane.User != "jane" || !slices.Equal(jane.Groups, []string{"crew", "pilots"}) {
		t.Errorf("got %+v", jane)
	}
	if nobody := ask(http.Header{"Impersonate-Group": {"crew"}}); nobody != nil {
		t.Errorf("got %+v without a user", nobody)
	}
}
