/** A Stage of this name for objects of a kind, with `spec` as YAML. */
export function stage(name: string, kind: string, spec: string, apiGroup = "example.com/v1"): string {
  const lines = spec.trim().split("\n");
  return `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: ${name}
spec:
  resourceRef: { apiGroup: ${apiGroup}, kind: ${kind} }
${lines.map((line) => `  ${line}`).join("\n")}
`;
}

/** A selector for objects whose condition `Ready` has a different status. */
export function notReadyAs(status: string): string {
  return `selector:
  matchExpressions:
    - key: '.status.conditions.[] | select(.type == "Ready") | .status'
      operator: NotIn
      values: ["${status}"]
`;
}

/** The change of a Stage that sets the condition `Ready`, with further lines of its status. */
export function setsReady(status: "True" | "False", reason: string, more = ""): string {
  const rest = more === "" ? "" : `\n${more.replaceAll(/^/gm, "    ")}`;
  return `next:
  statusTemplate: |
    conditions:
      - type: Ready
        status: "${status}"
        reason: ${reason}
        message: "set for {{ .metadata.name }}"
        lastTransitionTime: {{ Now | Quote }}${rest}
`;
}

/** A CustomResourceDefinition of `example.com` whose objects have a status of any form. */
export function statusDefinition(kind: string, scope: "Namespaced" | "Cluster" = "Namespaced"): string {
  const plural = `${kind.toLowerCase()}s`;
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.example.com }
spec:
  group: example.com
  scope: ${scope}
  names: { kind: ${kind}, plural: ${plural}, singular: ${kind.toLowerCase()}, listKind: ${kind}List }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
}

/** A Deployment that cannot start before a Secret exists, which an issuer of certificates would create. */
export const secured = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: app, image: "example.com/app:1", volumeMounts: [{ name: tls, mountPath: /tls }] }]
      volumes: [{ name: tls, secret: { secretName: web-tls } }]
`;

/** The `spec` of a Stage that does the work of an issuer: the Secret, an event, and the condition `Ready`. */
export const issues = `selector:
  matchExpressions: [{ key: '.status.conditions.[].status', operator: NotIn, values: ["True"] }]
steps:
  - apply:
      template: |
        apiVersion: v1
        kind: Secret
        metadata:
          name: {{ .metadata.name }}-tls
          ownerReferences: [{ apiVersion: {{ .apiVersion }}, kind: {{ .kind }}, name: {{ .metadata.name }}, uid: {{ .metadata.uid }} }]
        stringData: { tls.crt: simulated }
  - event: { type: Normal, reason: Issued, message: The certificate has been issued }
  - patch:
      subresource: status
      root: status
      template: |
        conditions: [{ type: Ready, status: "True", reason: Issued }]
`;
