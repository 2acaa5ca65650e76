import { writeChart } from "../charts/write-chart.ts";

const workload = `apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data:
  greeting: {{ .Values.greeting }}
  version: {{ .Capabilities.KubeVersion.Version }}
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: {{ .Values.port }} }]
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: [{ kind: ServiceAccount, name: web }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      containers: [{ name: web, image: "{{ .Values.image }}", args: {{ toJson .Values.args }} }]
`;

const test = `apiVersion: v1
kind: Pod
metadata: { name: test, annotations: { helm.sh/hook: test } }
spec:
  restartPolicy: Never
  containers: [{ name: test, image: "{{ .Values.image }}", command: ["true"] }]
`;

/** The image of a container that runs on, and in which the command `true` exists. */
export interface ContractImage {
  image: string;
  args: string[];
}

const simulated: ContractImage = { image: "example.com/web:1", args: ["sleep", "infinity"] };

/** A chart with a workload, RBAC and a test, removed when the test has finished. */
export function fixtureChart({ image, args }: ContractImage = simulated): Promise<string> {
  const values = { greeting: "hello", port: 80, image, args };
  return writeChart({
    "values.yaml": `${JSON.stringify(values)}\n`,
    "templates/web.yaml": workload,
    "templates/tests/test.yaml": test,
  });
}
