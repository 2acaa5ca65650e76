// Package failure turns the errors of Helm, of Kubernetes' clients and of the chart loader into the
// structured errors of the wire: their code, their location in the chart, and the objects that they
// are about.
package failure
