// Package wire is the contract of Helm's endpoints: every type that crosses the engine's socket.
// fixtures/helm holds one exchange for each endpoint; the tests of both languages decode them
// strictly.
package wire
