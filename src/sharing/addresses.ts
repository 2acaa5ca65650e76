import type { KubeObject } from "../kube/object-ref.ts";
import { isMapping } from "../util/is-mapping.ts";

/**
 * What a chart's objects occupy that only one object of a control plane can have. The names are the names of locks:
 * `node port 30080`, `cluster IP 10.96.0.10`, `load balancer address 203.0.113.7`, `host port 8443/TCP`.
 */
export interface Addresses {
  /** Addresses that the chart names, sorted. */
  fixed: string[];
  /** The pools that the chart names an address of, sorted: nothing may be allocated from them at the same time. */
  fixedPools: string[];
  /** The pools that the API server or the simulation allocates addresses of the chart from, sorted. */
  allocatedPools: string[];
}

/** How many nodes a chart's Pods with a host port need. */
export interface HostPortNeed {
  address: string;
  /** `all` for a DaemonSet. */
  nodes: number | "all";
}

const NODE_PORTS = "node ports";
const CLUSTER_IPS = "cluster IPs";
const LOAD_BALANCERS = "load balancer addresses";

type Mapping = Record<string, unknown>;

/** The addresses that objects, as a chart renders them, occupy. */
export function addressesOf(objects: readonly KubeObject[]): Addresses {
  const fixed = new Set<string>();
  const fixedPools = new Set<string>();
  const allocated = new Set<string>();
  for (const object of objects) {
    for (const { address } of hostPortsOf(object)) fixed.add(address);
    if (!isService(object)) continue;
    for (const address of serviceAddresses(object)) {
      fixed.add(address);
      fixedPools.add(poolOf(address));
    }
    for (const pool of allocatedPools(mapping(object.spec))) allocated.add(pool);
  }
  // A pool that the chart owns alone need not be shared as well.
  const shared = [...allocated].filter((pool) => !fixedPools.has(pool));
  return { fixed: [...fixed].sort(), fixedPools: [...fixedPools].sort(), allocatedPools: shared.sort() };
}

/** The addresses that a Service names or, as the API server returns it, has. */
export function serviceAddresses(service: KubeObject): string[] {
  const spec = mapping(service.spec);
  const ports = mappings(spec.ports);
  const nodePorts = [...ports.map(({ nodePort }) => nodePort), spec.healthCheckNodePort].filter(isPort);
  const clusterIps = [spec.clusterIP, ...list(spec.clusterIPs)].filter(isAddress);
  const balancers = spec.type === "LoadBalancer" ? [spec.loadBalancerIP, ...assignedAddresses(service)] : [];
  const addresses = [
    ...nodePorts.map((port) => `node port ${port}`),
    ...clusterIps.map((address) => `cluster IP ${address}`),
    ...balancers.filter(isAddress).map((address) => `load balancer address ${address}`),
  ];
  return [...new Set(addresses)];
}

/** The host ports of a Pod, or of the Pods of a workload. With the host's network, each port of a container is one. */
export function hostPortsOf(object: KubeObject): HostPortNeed[] {
  const spec = mapping(object.spec);
  const pod = object.kind === "Pod" ? spec : mapping(mapping(podTemplate(object.kind, spec)).spec);
  const containers = [...mappings(pod.containers), ...mappings(pod.initContainers)];
  const ports = containers.flatMap((container) => mappings(container.ports));
  const addresses = ports.flatMap(({ hostPort, containerPort, protocol = "TCP" }) => {
    const port = isPort(hostPort) ? hostPort : pod.hostNetwork === true ? containerPort : undefined;
    return isPort(port) ? [`host port ${port}/${protocol}`] : [];
  });
  const nodes = object.kind === "DaemonSet" ? "all" : typeof spec.replicas === "number" ? spec.replicas : 1;
  return [...new Set(addresses)].map((address) => ({ address, nodes }));
}

function isService({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === "v1" && kind === "Service";
}

function poolOf(address: string): string {
  if (address.startsWith("node port ")) return NODE_PORTS;
  return address.startsWith("cluster IP ") ? CLUSTER_IPS : LOAD_BALANCERS;
}

function allocatedPools(spec: Mapping): string[] {
  if (spec.type === "ExternalName") return [];
  const pools: string[] = [];
  if (spec.clusterIP !== "None" && !isAddress(spec.clusterIP)) pools.push(CLUSTER_IPS);
  const isBalancer = spec.type === "LoadBalancer";
  if (isBalancer && !isAddress(spec.loadBalancerIP)) pools.push(LOAD_BALANCERS);
  const hasNodePorts = spec.type === "NodePort" || (isBalancer && spec.allocateLoadBalancerNodePorts !== false);
  const needsPort = hasNodePorts && mappings(spec.ports).some(({ nodePort }) => !isPort(nodePort));
  const needsHealthPort = isBalancer && spec.externalTrafficPolicy === "Local" && !isPort(spec.healthCheckNodePort);
  if (needsPort || needsHealthPort) pools.push(NODE_PORTS);
  return pools;
}

function assignedAddresses({ status }: KubeObject): unknown[] {
  return mappings(mapping(mapping(status).loadBalancer).ingress).map(({ ip }) => ip);
}

function podTemplate(kind: string, spec: Mapping): unknown {
  return kind === "CronJob" ? mapping(mapping(spec.jobTemplate).spec).template : spec.template;
}

function isPort(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value !== "None";
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? (value as Mapping) : {};
}

function mappings(value: unknown): Mapping[] {
  return list(value).map(mapping);
}
