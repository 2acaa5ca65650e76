/** A function of Kubernetes that files of another module call by a name which older versions of Kubernetes do not have. */
export interface RenamedFunction {
  module: string;
  files: readonly string[];
  /** Each text of these files, and the one for older versions. */
  texts: readonly (readonly [newer: string, older: string])[];
}

// With it, Helm's lint rules check the names of Roles. It has this name, in this package, since Kubernetes 1.36.
const isPathSegmentName: RenamedFunction["texts"] = [
  ['"k8s.io/apimachinery/pkg/api/validate/content"', 'content "k8s.io/apimachinery/pkg/api/validation/path"'],
  ["content.IsPathSegmentName(", "content.IsValidPathSegmentName("],
];

/** What does not compile with a Kubernetes before 1.36. */
export const renamedBefore136: readonly RenamedFunction[] = [
  {
    module: "helm.sh/helm/v4",
    files: ["pkg/chart/v2/lint/rules/template.go", "internal/chart/v3/lint/rules/template.go"],
    texts: isPathSegmentName,
  },
  { module: "helm.sh/helm/v3", files: ["pkg/lint/rules/template.go"], texts: isPathSegmentName },
];
