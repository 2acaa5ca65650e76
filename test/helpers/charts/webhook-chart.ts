import { writeChart } from "./write-chart.ts";

/** The Deployment behind the Service `hook`. */
export const webhookBackend = `apiVersion: apps/v1
kind: Deployment
metadata: { name: hook }
spec:
  selector: { matchLabels: { app: hook } }
  template:
    metadata: { labels: { app: hook } }
    spec: { containers: [{ name: hook, image: example/hook }] }
`;

/** How the webhook of {@link webhookChart} differs from the default: a validating one of ConfigMaps in any namespace. */
export interface WebhookChartOptions {
  kind?: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration";
  /** Lines of the webhook, indented by four. */
  webhook?: string;
  /** @default the Service of the chart */
  clientConfig?: string;
  /** The kind of object that it is called for, in the plural. */
  resources?: string;
  operations?: string;
  /** @default 443 */
  servicePort?: number;
  failurePolicy?: "Fail" | "Ignore";
  /** Further templates; an empty text leaves one out. */
  files?: Record<string, string>;
}

/** The chart of a webhook that is called for every ConfigMap, whatever its namespace, and refuses when it cannot be called. */
export function webhookChart(options: WebhookChartOptions = {}): Promise<string> {
  const {
    kind = "ValidatingWebhookConfiguration",
    webhook = "",
    resources = "configmaps",
    operations = "CREATE, UPDATE",
  } = options;
  const service = "service: { name: hook, namespace: {{ .Release.Namespace }}, path: /review }";
  const files = {
    "templates/service.yaml": `apiVersion: v1
kind: Service
metadata: { name: hook }
spec:
  selector: { app: hook }
  ports: [{ port: ${options.servicePort ?? 443}, targetPort: 8443 }]
`,
    "templates/backend.yaml": webhookBackend,
    "templates/webhook.yaml": `apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}
metadata: { name: "{{ .Release.Namespace }}-hook" }
webhooks:
  - name: hook.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: ${options.failurePolicy ?? "Fail"}
    timeoutSeconds: 5
    rules: [{ apiGroups: [""], apiVersions: [v1], operations: [${operations}], resources: [${resources}] }]
    clientConfig: { ${options.clientConfig ?? service} }
${webhook}`,
    ...options.files,
  };
  return writeChart(files, "hooked");
}
