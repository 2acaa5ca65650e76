package architecture

// EngineRules are the rules of the engine's module. Every arrow points to a package that knows
// less.
var EngineRules = Rules{
	Module: "seatrial/engine",
	Imports: map[string][]string{
		".": {"internal/cli", "internal/guard", "internal/service"},

		"internal/architecture": {},
		"internal/cli":          {},
		"internal/directories":  {},
		"internal/fileinfo":     {},
		"internal/guard":        {},
		"internal/jsonhttp":     {},
		"internal/protocol":     {},

		"internal/helm/wire":    {},
		"internal/helm/failure": {"internal/helm/wire"},
		"internal/helm/chart":   {"internal/directories", "internal/fileinfo", "internal/helm/failure", "internal/helm/wire"},
		"internal/helm/client":  {"internal/helm/failure", "internal/helm/wire"},
		"internal/helm/isolate": {"internal/directories", "internal/helm/chart", "internal/helm/wire"},
		"internal/helm/helm3": {
			"internal/helm/chart", "internal/helm/client", "internal/helm/failure", "internal/helm/wire",
		},
		"internal/helm/logged":     {"internal/helm/wire"},
		"internal/helm/reads":      {"internal/helm/wire"},
		"internal/helm/overlooked": {"internal/helm/reads", "internal/helm/wire"},
		"internal/helm/varying":    {},
		"internal/helm/helmtest":   {},
		"internal/helm/service": {
			"internal/helm/chart", "internal/helm/client", "internal/helm/failure", "internal/helm/helm3",
			"internal/helm/isolate", "internal/helm/logged", "internal/helm/overlooked", "internal/helm/reads",
			"internal/helm/varying", "internal/helm/wire", "internal/jsonhttp",
		},

		"internal/simulation/environment":  {},
		"internal/simulation/program":      {"internal/simulation/environment"},
		"internal/simulation/lifecycle":    {"internal/simulation/environment", "internal/simulation/program", "internal/upstream"},
		"internal/simulation/reconcile":    {},
		"internal/simulation/registry":     {},
		"internal/simulation/addresses":    {"internal/simulation/reconcile"},
		"internal/simulation/nodes":        {"internal/simulation/reconcile"},
		"internal/simulation/rules":        {"internal/simulation/lifecycle", "internal/simulation/registry"},
		"internal/simulation/stages":       {"internal/simulation/reconcile", "internal/simulation/registry", "internal/upstream"},
		"internal/simulation/volumes":      {"internal/simulation/nodes", "internal/simulation/reconcile"},
		"internal/simulation/admission":    {"internal/upstream"},
		"internal/simulation/certificates": {"internal/simulation/lifecycle", "internal/simulation/reconcile"},
		"internal/simulation/creation":     {"internal/simulation/environment", "internal/simulation/lifecycle"},
		"internal/simulation/kubelet": {
			"internal/simulation/admission", "internal/simulation/certificates", "internal/simulation/creation",
			"internal/simulation/environment",
			"internal/simulation/lifecycle", "internal/simulation/nodes", "internal/simulation/reconcile",
			"internal/simulation/rules", "internal/simulation/stages",
		},
		"internal/simulation": {
			"internal/jsonhttp", "internal/simulation/addresses", "internal/simulation/kubelet",
			"internal/simulation/lifecycle", "internal/simulation/nodes", "internal/simulation/reconcile",
			"internal/simulation/registry", "internal/simulation/rules", "internal/simulation/stages",
			"internal/simulation/volumes",
		},

		"internal/identity":    {},
		"internal/memory":      {},
		"internal/olderfields": {},
		"internal/openapi":     {},
		"internal/takeeffect":  {},
		"internal/upstream":    {},
		"internal/webhook":     {"internal/jsonhttp", "internal/takeeffect"},
		"internal/tunnel":      {},
		"internal/plane": {
			"internal/identity", "internal/olderfields", "internal/openapi", "internal/takeeffect", "internal/tunnel", "internal/webhook",
		},

		"internal/podsecurity": {"internal/jsonhttp"},

		"internal/node":          {"internal/tunnel"},
		"internal/dns":           {},
		"cmd/seatrial-node":      {"internal/dns"},
		"cmd/seatrial-node-init": {"internal/node"},

		"internal/service": {
			"internal/helm/service", "internal/jsonhttp", "internal/memory", "internal/plane", "internal/podsecurity", "internal/protocol",
			"internal/simulation",
			"internal/upstream",
		},
	},
	// The tests of the simulation run it in a control plane.
	TestImports:  map[string][]string{"internal/simulation": {"internal/plane"}},
	TestHelpers:  []string{"internal/helm/helmtest"},
	MaxLines:     300,
	MaxTestLines: 400,
	MaxFiles:     24,
}
