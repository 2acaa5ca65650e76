import { DNS_ADDRESS, nodeNetwork, REAL_NODE } from "./node-network.ts";

/** Paths inside the node's namespaces. */
export const insideFiles = "/var/lib/seatrial";

/** The configuration of the CNI plug-ins: Pods on one bridge, without a route to the machine's network. */
export function networkConfig(hasPortMap: boolean): object {
  const bridge = {
    type: "bridge",
    bridge: "cni0",
    isGateway: true,
    ipMasq: false,
    hairpinMode: true,
    ipam: {
      type: "host-local",
      ranges: [[{ subnet: nodeNetwork.cidr, rangeStart: nodeNetwork.firstPodAddress, gateway: nodeNetwork.address }]],
      routes: [{ dst: "0.0.0.0/0" }],
    },
  };
  const portMap = { type: "portmap", capabilities: { portMappings: true } };
  return { cniVersion: "1.0.0", name: "seatrial", plugins: [bridge, ...(hasPortMap ? [portMap] : [])] };
}

/** The kubelet's configuration. What it would change on the whole machine is off. */
export function kubeletConfig(cgroup: string): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: `${insideFiles}/ca.crt` } },
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroup}`,
    // Control groups of version 1 are enough for what is tested here.
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
    // A full disk of the machine must not evict the Pods of a test.
    evictionHard: Object.fromEntries(
      ["memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available", "imagefs.inodesFree"].map(
        (signal) => [signal, "0%"],
      ),
    ),
    imageGCHighThresholdPercent: 100,
    oomScoreAdj: 0,
    readOnlyPort: 0,
    healthzPort: 0,
    resolvConf: `${insideFiles}/resolv.conf`,
    clusterDomain: "cluster.local",
    clusterDNS: [DNS_ADDRESS],
  };
}

/** kube-proxy's configuration. What it would change on the whole machine is off. */
export function proxyConfig(mode: "iptables" | "nftables"): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode,
    hostnameOverride: REAL_NODE,
    clusterCIDR: nodeNetwork.cidr,
    clientConnection: { kubeconfig: `${insideFiles}/kube-proxy.kubeconfig` },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}
