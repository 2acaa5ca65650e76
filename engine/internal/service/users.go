package service

import (
	"context"
	"net/http"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/plane"
)

// userRequest names a user and its groups.
type userRequest struct {
	Name   string   `json:"name"`
	Groups []string `json:"groups"`
}

// issueClient issues the client certificate of a user.
type issueClient func(name string, groups []string) (*plane.ClientCertificate, error)

func serveUsers(issue issueClient) http.HandlerFunc {
	return jsonhttp.Handle(func(_ context.Context, request userRequest) (*plane.ClientCertificate, error) {
		if request.Name == "" {
			return nil, jsonhttp.Refuse("the name of the user must not be empty")
		}
		return issue(request.Name, request.Groups)
	})
}
