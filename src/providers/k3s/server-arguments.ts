import { join } from "node:path";

/** Where K3s keeps its files: all are in a private directory. */
export interface K3sFiles {
  /** The administrator's kubeconfig, which K3s writes. */
  kubeconfig: string;
  /** An empty file: K3s would read /etc/rancher/k3s/config.yaml otherwise. */
  config: string;
  data: string;
  /** A directory with the stand-in for the CNI plug-in. */
  programs: string;
}

/** The files of K3s below a directory. */
export function k3sFiles(dir: string): K3sFiles {
  return {
    kubeconfig: join(dir, "k3s.yaml"),
    config: join(dir, "k3s-config.yaml"),
    data: join(dir, "k3s"),
    programs: join(dir, "k3s-programs"),
  };
}

/**
 * The arguments of `k3s server`: no agent and nothing that needs one, loopback only, nothing outside of the files. K3s'
 * kube-apiserver listens on the port after `port`.
 */
export function serverArguments({ kubeconfig, config, data }: K3sFiles, port: number): string[] {
  return [
    "server",
    `--config=${config}`,
    // Without an agent K3s neither needs control groups nor moves processes out of the root group.
    "--disable-agent",
    // Else K3s writes below /etc/rancher when it is root, and refuses to when it is not. Without an agent it unshares nothing.
    "--rootless",
    `--data-dir=${data}`,
    `--write-kubeconfig=${kubeconfig}`,
    "--write-kubeconfig-mode=600",
    "--bind-address=127.0.0.1",
    // Found by a route otherwise, which a sandbox may lack.
    "--advertise-address=127.0.0.1",
    "--node-ip=127.0.0.1",
    "--node-name=seatrial",
    `--https-listen-port=${port}`,
    "--flannel-backend=none",
    "--disable-network-policy",
    "--disable-kube-proxy",
    "--disable-helm-controller",
    // With it, K3s starts the scheduler only when a node is ready.
    "--disable-cloud-controller",
    "--disable=coredns,servicelb,traefik,local-storage,metrics-server",
    // As K3s itself advises without an agent: webhooks cannot be called through one.
    "--egress-selector-mode=cluster",
    // Endpoints in the loopback range are invalid.
    "--kube-apiserver-arg=endpoint-reconciler-type=none",
    // Their ports are fixed otherwise, and two servers on one machine could not run at the same time.
    "--kube-controller-manager-arg=secure-port=0",
    "--kube-scheduler-arg=secure-port=0",
  ];
}
