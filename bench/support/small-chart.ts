import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const template = `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Release.Name }}" }
data: { key: "{{ .Values.key }}" }
---
apiVersion: v1
kind: Service
metadata: { name: "{{ .Release.Name }}" }
spec: { selector: { app: small }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ .Release.Name }}" }
spec:
  selector: { matchLabels: { app: small } }
  template:
    metadata: { labels: { app: small } }
    spec:
      containers: [{ name: app, image: "registry.example.com/app:1", ports: [{ name: http, containerPort: 8080 }] }]
`;

/** Writes a chart of three objects, a ConfigMap, a Service and a Deployment, into the directory `path`. */
export async function writeSmallChart(path: string): Promise<void> {
  await mkdir(join(path, "templates"), { recursive: true });
  await writeFile(join(path, "Chart.yaml"), "apiVersion: v2\nname: small\nversion: 1.0.0\n");
  await writeFile(join(path, "values.yaml"), "key: value\n");
  await writeFile(join(path, "templates/all.yaml"), template);
}
