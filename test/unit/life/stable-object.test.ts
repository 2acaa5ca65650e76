import { describe, expect, it } from "vitest";
import { stableObject } from "../../../src/life/stable-object.ts";

const server = {
  uid: "0a1b2c3d-0000-4000-8000-000000000000",
  resourceVersion: "12",
  generation: 3,
  creationTimestamp: "2026-01-01T00:00:00Z",
};

describe("a stable object", () => {
  it("has nothing that the API server writes, and no status", () => {
    const object = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: {
        ...server,
        name: "web",
        managedFields: [{ manager: "helm" }],
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", mine: "x" },
      },
      spec: { template: { metadata: { creationTimestamp: null, labels: { uid: "mine" } }, spec: { generation: 1 } } },
      status: { readyReplicas: 1 },
    };
    expect(stableObject(object)).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", annotations: { mine: "x" } },
      spec: { template: { metadata: { labels: { uid: "mine" } }, spec: { generation: 1 } } },
    });
    expect(object.metadata.uid).toBe(server.uid);
  });

  it("keeps addresses and ports that somebody has set, and drops allocated ones", () => {
    const spec = {
      clusterIP: "10.0.0.1",
      clusterIPs: ["10.0.0.1"],
      ports: [
        { port: 80, protocol: "TCP", nodePort: 30080 },
        { port: 81, protocol: "TCP", nodePort: 31111 },
      ],
    };
    const fieldsV1 = {
      "f:spec": { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { "f:port": {}, "f:nodePort": {} } } },
    };
    const managedFields = [{ manager: "helm", fieldsV1 }];
    const service = { apiVersion: "v1", kind: "Service", metadata: { ...server, name: "web", managedFields }, spec };
    expect(stableObject(service).spec).toEqual({
      ports: [
        { port: 80, protocol: "TCP", nodePort: 30080 },
        { port: 81, protocol: "TCP" },
      ],
    });
    const headless = { ...service, spec: { clusterIP: "None", clusterIPs: ["None"] } };
    expect(stableObject(headless).spec).toEqual({ clusterIP: "None", clusterIPs: ["None"] });
  });

  it("shows generated names, hashes and uids as such", () => {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...server,
        name: "web-5d4f8c7b6d-x2k9p",
        generateName: "web-5d4f8c7b6d-",
        labels: { app: "web", "pod-template-hash": "5d4f8c7b6d" },
        ownerReferences: [{ kind: "ReplicaSet", name: "web-5d4f8c7b6d", uid: "u" }],
      },
      spec: { nodeName: "node-1", volumes: [{ name: "kube-api-access-abcde" }] },
    };
    expect(stableObject(pod)).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "web-(hash)-(generated)",
        generateName: "web-(hash)-",
        labels: { app: "web", "pod-template-hash": "(hash)" },
        ownerReferences: [{ kind: "ReplicaSet", name: "web-(hash)" }],
      },
      spec: { volumes: [{ name: "kube-api-access-(generated)" }] },
    });
    const volume = { kind: "PersistentVolume", metadata: { name: `pvc-${server.uid}`, uid: server.uid }, spec: {} };
    expect(stableObject(volume).metadata).toEqual({ name: "pvc-(uid)" });
  });

  it("has a status without times and addresses when it is asked for", () => {
    const status = {
      phase: "Running",
      podIP: "10.0.0.1",
      startTime: "2026-01-01T00:00:00Z",
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
    };
    expect(stableObject({ kind: "Pod", metadata: { name: "a" }, status }, { status: true }).status).toEqual({
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
    });
  });

  it("has no data of Secrets, also in a list", () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { key: "aHVudGVyMjI=" } };
    const masked = { ...secret, data: { key: "*** (12 characters)" } };
    expect(stableObject(secret)).toEqual(masked);
    expect(stableObject({ kind: "List", metadata: { resourceVersion: "1" }, items: [secret] })).toEqual({
      kind: "List",
      items: [masked],
    });
  });
});
