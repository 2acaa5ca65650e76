package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestTheReviewLogKeepsTheLatestOfEachConfiguration(t *testing.T) {
	log := newReviewLog()
	log.add(&review{Configuration: "quiet", Webhook: "q", releaseNamespace: "one", Request: json.RawMessage(`{}`)})
	for i := range maxReviews + 5 {
		log.add(&review{Configuration: "loud", Webhook: "l", releaseNamespace: "one", Request: json.RawMessage(fmt.Sprint(i))})
	}
	loud := log.find(reviewsRequest{Namespace: "one", Name: "loud"})
	if len(loud) != maxReviews || string(loud[0].Request) != "5" {
		t.Errorf("%d reviews are kept, the first is %s", len(loud), loud[0].Request)
	}
	if quiet := log.find(reviewsRequest{Namespace: "one", Name: "q"}); len(quiet) != 1 {
		t.Errorf("%d reviews of the quiet webhook are kept", len(quiet))
	}
	if other := log.find(reviewsRequest{Namespace: "two"}); len(other) != 0 {
		t.Errorf("another namespace sees %d reviews", len(other))
	}
	if since := log.find(reviewsRequest{Namespace: "one", Since: log.last() - 2}); len(since) != 2 {
		t.Errorf("%d reviews are new", len(since))
	}
}

func TestTheReviewLogIsBoundedInBytes(t *testing.T) {
	log := newReviewLog()
	big := json.RawMessage(`"` + strings.Repeat("x", maxReviewBytes/4) + `"`)
	for i := range 6 {
		log.add(&review{Configuration: fmt.Sprint(i), Request: big})
	}
	if len(log.list) != 3 || log.bytes > maxReviewBytes || len(log.counts) != 3 {
		t.Errorf("%d reviews with %d bytes are kept, of %d configurations", len(log.list), log.bytes, len(log.counts))
	}
}

func TestTheDataOfSecretsIsNotKept(t *testing.T) {
	request := json.RawMessage(`{"object":{"kind":"Secret","metadata":{"annotations":{"a":"b",
		"kubectl.kubernetes.io/last-applied-configuration":"hunter2"}},"data":{"x":"hunter2"},"stringData":{"y":"hunter2"}},
		"oldObject":{"data":{"z":"hunter2"}}}`)
	kept := string(masked(request, metav1.GroupVersionKind{Version: "v1", Kind: "Secret"}))
	if strings.Contains(kept, "hunter2") || strings.Count(kept, hidden) != 3 || !strings.Contains(kept, `"a":"b"`) {
		t.Errorf("kept is %s", kept)
	}
	if other := masked(request, metav1.GroupVersionKind{Group: "example.com", Kind: "Secret"}); string(other) != string(request) {
		t.Errorf("a Secret of another group is changed: %s", other)
	}
}
