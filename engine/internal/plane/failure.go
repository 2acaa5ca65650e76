package plane

import "errors"

// FailedComponent names the component that err comes from, or "engine".
func FailedComponent(err error) string {
	var component *componentError
	if errors.As(err, &component) {
		return component.component
	}
	return "engine"
}

// componentError is the failure of a component to start.
type componentError struct {
	component string
	err       error
}

func (e *componentError) Error() string { return e.component + ": " + e.err.Error() }
func (e *componentError) Unwrap() error { return e.err }
