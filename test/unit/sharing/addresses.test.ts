import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import { addressesOf, hostPortsOf } from "../../../src/sharing/addresses.ts";

const service = (spec: object): KubeObject => ({ apiVersion: "v1", kind: "Service", metadata: { name: "a" }, spec });
const workload = (kind: string, pod: object, more: object = {}): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "a" },
  spec: { ...more, template: { spec: pod } },
});
const port = (more: object = {}) => ({ port: 80, ...more });

describe("addressesOf", () => {
  it.each<[string, object, string[], string[], string[]]>([
    ["a cluster IP that is allocated", { ports: [port()] }, [], [], ["cluster IPs"]],
    ["a headless Service", { clusterIP: "None", ports: [port()] }, [], [], []],
    ["an external name", { type: "ExternalName", externalName: "example.com" }, [], [], []],
    [
      "a node port, whatever its protocol",
      { type: "NodePort", clusterIP: "None", ports: [port({ nodePort: 30080, protocol: "UDP" })] },
      ["node port 30080"],
      ["node ports"],
      [],
    ],
    [
      "one node port of two",
      { type: "NodePort", ports: [port({ nodePort: 30080 }), port()] },
      ["node port 30080"],
      ["node ports"],
      ["cluster IPs"],
    ],
    [
      "fixed cluster IPs",
      { clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9", "10.96.1.9"], ports: [port()] },
      ["cluster IP 10.96.0.9", "cluster IP 10.96.1.9"],
      ["cluster IPs"],
      [],
    ],
    [
      "a load balancer",
      { type: "LoadBalancer", ports: [port()] },
      [],
      [],
      ["cluster IPs", "load balancer addresses", "node ports"],
    ],
    [
      "a load balancer without node ports, with its address",
      { type: "LoadBalancer", loadBalancerIP: "203.0.113.9", allocateLoadBalancerNodePorts: false, ports: [port()] },
      ["load balancer address 203.0.113.9"],
      ["load balancer addresses"],
      ["cluster IPs"],
    ],
    [
      "a health check's node port",
      {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        healthCheckNodePort: 32000,
        ports: [port({ nodePort: 30080 })],
      },
      ["node port 30080", "node port 32000"],
      ["node ports"],
      ["cluster IPs", "load balancer addresses"],
    ],
  ])("knows what %s occupies", (_name, spec, fixed, fixedPools, allocatedPools) => {
    expect(addressesOf([service(spec)])).toEqual({ fixed, fixedPools, allocatedPools });
  });

  it("knows the host ports of Pods and of workloads", () => {
    const host = { containers: [{ ports: [{ containerPort: 80, hostPort: 8443 }, { containerPort: 81 }] }] };
    const network = { hostNetwork: true, initContainers: [{ ports: [{ containerPort: 53, protocol: "UDP" }] }] };
    const job = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "a" },
      spec: { jobTemplate: { spec: { template: { spec: host } } } },
    };
    expect(addressesOf([workload("DaemonSet", network), job]).fixed).toEqual([
      "host port 53/UDP",
      "host port 8443/TCP",
    ]);
    expect(hostPortsOf(workload("DaemonSet", host))).toEqual([{ address: "host port 8443/TCP", nodes: "all" }]);
    expect(hostPortsOf(workload("Deployment", host, { replicas: 2 }))).toMatchObject([{ nodes: 2 }]);
  });

  it("finds nothing in objects of other kinds and in broken ones", () => {
    const broken = [service({ ports: "80" }), workload("Deployment", { containers: [null] })];
    expect(addressesOf([...broken, { apiVersion: "v1", kind: "ConfigMap", metadata: {} }]).fixed).toEqual([]);
  });
});
