package chart

import (
	"bytes"
	"errors"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// ListDependencies returns the state of each dependency that Chart.yaml names.
func (s *Store) ListDependencies(path string) ([]wire.Dependency, error) {
	if err := CheckFiles(path); err != nil {
		return nil, failure.LoadError(path, err)
	}
	loaded, err := s.Load(path)
	if err != nil {
		return nil, err
	}
	dependencies := []wire.Dependency{}
	parent, ok := loaded.Chart.(*chartv2.Chart)
	if !ok {
		return nil, failure.LoadError(path, errors.New("Helm does not list the dependencies of charts with apiVersion v3"))
	}
	// Helm only prints the status: it is the last column of a table.
	var table bytes.Buffer
	list := action.NewDependency()
	list.ColumnWidth = 1 << 16
	if err := list.List(path, &table); err != nil {
		return nil, failure.LoadError(path, err)
	}
	rows := strings.Split(table.String(), "\n")
	if len(rows) <= len(parent.Metadata.Dependencies) {
		return nil, &wire.Error{Code: wire.CodeInternal, Message: "Helm's table of dependencies cannot be parsed: " + table.String()}
	}
	for i, entry := range parent.Metadata.Dependencies {
		columns := strings.Split(rows[i+1], "\t")
		dependencies = append(dependencies, wire.Dependency{
			Name:       entry.Name,
			Version:    entry.Version,
			Repository: entry.Repository,
			Status:     strings.TrimSpace(columns[len(columns)-1]),
		})
	}
	return dependencies, nil
}
