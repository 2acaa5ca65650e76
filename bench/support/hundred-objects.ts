import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const counts: Record<string, number> = {
  ConfigMap: 20,
  Secret: 10,
  ServiceAccount: 10,
  Service: 15,
  Deployment: 15,
  StatefulSet: 5,
  CronJob: 5,
  Role: 5,
  RoleBinding: 5,
  NetworkPolicy: 5,
  PodDisruptionBudget: 5,
};

const podSpec = `
      serviceAccountName: default
      containers:
        - name: main
          image: "registry.example.com/app:{{ $.Chart.AppVersion }}"
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http } }
          resources: { requests: { cpu: 50m, memory: 64Mi }, limits: { memory: 128Mi } }`;

const workload = (own: string) => `spec:
  ${own}
  selector: { matchLabels: { app: "{{ $name }}" } }
  template:
    metadata: { labels: { app: "{{ $name }}" } }
    spec:${podSpec}`;

const bodies: Record<string, { apiVersion: string; body: string }> = {
  ConfigMap: { apiVersion: "v1", body: `data: { key: "{{ $name }}", settings.json: '{"level": "info"}' }` },
  Secret: { apiVersion: "v1", body: `stringData: { password: "{{ $name }}" }` },
  ServiceAccount: { apiVersion: "v1", body: "automountServiceAccountToken: false" },
  Service: {
    apiVersion: "v1",
    body: `spec: { selector: { app: "{{ $name }}" }, ports: [{ name: http, port: 80, targetPort: http }] }`,
  },
  Deployment: { apiVersion: "apps/v1", body: workload("replicas: 2") },
  StatefulSet: { apiVersion: "apps/v1", body: workload('serviceName: "{{ $name }}"') },
  CronJob: {
    apiVersion: "batch/v1",
    body: `spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: main, image: "registry.example.com/job:1" }]`,
  },
  Role: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    body: `rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get, list, watch] }]`,
  },
  RoleBinding: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    body: `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: default, namespace: "{{ $.Release.Namespace }}" }]`,
  },
  NetworkPolicy: {
    apiVersion: "networking.k8s.io/v1",
    body: `spec: { podSelector: { matchLabels: { app: "{{ $name }}" } }, policyTypes: [Ingress] }`,
  },
  PodDisruptionBudget: {
    apiVersion: "policy/v1",
    body: `spec: { maxUnavailable: 1, selector: { matchLabels: { app: "{{ $name }}" } } }`,
  },
};

/** Writes a chart of 100 objects of eleven kinds, or of a multiple of that, into `dir` and returns its path. */
export async function writeHundredObjects(dir: string, times = 1): Promise<string> {
  const chart = join(dir, "hundred");
  await mkdir(join(chart, "templates"), { recursive: true });
  await writeFile(join(chart, "Chart.yaml"), `apiVersion: v2\nname: hundred\nversion: 1.0.0\nappVersion: "1.0"\n`);
  await writeFile(join(chart, "values.yaml"), "labels: { team: bench }\n");
  for (const [kind, count] of Object.entries(counts)) {
    const { apiVersion, body } = bodies[kind] ?? { apiVersion: "v1", body: "" };
    await writeFile(
      join(chart, "templates", `${kind.toLowerCase()}.yaml`),
      `{{- range $index := until ${count * times} }}
{{- $name := printf "%s-${kind.toLowerCase()}-%d" $.Release.Name $index }}
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: {{ $name }}
  namespace: {{ $.Release.Namespace }}
  labels: {{ $.Values.labels | toJson }}
${body}
{{- end }}
`,
    );
  }
  return chart;
}
