package service

import (
	"context"
	"net/http"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/plane"
)

// resourcesRequest names the resources of which objects are looked for.
type resourcesRequest struct {
	Namespace string           `json:"namespace"`
	Resources []plane.Resource `json:"resources"`
}

type resourcesAnswer struct {
	Resources []plane.Resource `json:"resources"`
}

// findWithObjects returns the resources that may have objects.
type findWithObjects func(ctx context.Context, namespace string, resources []plane.Resource) ([]plane.Resource, error)

func serveResourcesWithObjects(find findWithObjects) http.HandlerFunc {
	return jsonhttp.Handle(func(ctx context.Context, request resourcesRequest) (*resourcesAnswer, error) {
		if request.Namespace == "" {
			return nil, jsonhttp.Refuse("the name of the namespace must not be empty")
		}
		found, err := find(ctx, request.Namespace, request.Resources)
		if err != nil {
			return nil, err
		}
		return &resourcesAnswer{found}, nil
	})
}
