import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

// Each has one field that came after 1.34, and those that it needs.
const objects = {
  "empty-dir": pod({ volumes: [{ name: "a", emptyDir: { mode: 493 } }] }),
  "key-owner": pod({ volumes: [{ name: "a", configMap: { name: "a", items: [{ key: "a", path: "a", user: 7 }] } }] }),
  "probe-protocol": pod({}, { livenessProbe: { httpGet: { port: 80, protocol: "HTTP2" } } }),
  "scheduling-group": pod({ schedulingGroup: { podGroupName: "a" } }),
  "eviction-responders": pod({ evictionResponders: [{ name: "example.com/a" }] }),
  driver: {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: "a.example.com" },
    spec: { preventPodSchedulingIfMissing: true },
  },
  job: {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "a" },
    spec: { scheduling: {}, template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a:1" }] } } },
  },
};

function pod(spec: object, container: object = {}) {
  const containers = [{ name: "a", image: "a:1", ...container }];
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers, ...spec } };
}

/** Writes a chart for each of some objects with a field that came after 1.34; resolves with their directories. */
export async function writeLaterFields(directory: string): Promise<string[]> {
  const written: string[] = [];
  for (const [name, object] of Object.entries(objects)) {
    const chart = join(directory, name);
    await mkdir(join(chart, "templates"), { recursive: true });
    await writeFile(join(chart, "Chart.yaml"), JSON.stringify({ apiVersion: "v2", name, version: "0.1.0" }));
    await writeFile(join(chart, "templates", "object.yaml"), JSON.stringify(object, undefined, 2));
    written.push(chart);
  }
  return written;
}
