package isolate

// The events that a worker announces.
const (
	EventValues    = "values"
	EventChart     = "chart"
	EventRender    = "render"
	EventLint      = "lint"
	EventManifest  = "manifest"
	templatePrefix = "template "
)

// activities complete the sentence "… the chart X took too long".
var activities = map[string]string{
	EventValues:   "reading the values for",
	EventChart:    "reading",
	EventRender:   "rendering",
	EventLint:     "linting",
	EventManifest: "parsing the manifests of",
}
