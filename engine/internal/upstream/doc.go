// Package upstream has the parts of upstream's API that differ between the versions of Kubernetes that the engine is
// built for. The build tag before1.37 chooses those of the versions before 1.37.
package upstream
