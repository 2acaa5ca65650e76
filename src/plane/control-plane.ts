import type { EngineClient } from "../engine/engine-client.ts";
import type { HelmClient } from "../helm/helm-client.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import type { NamespaceOptions, TestNamespace } from "../kube/test-namespace.ts";
import type { ControlPlaneCapabilities, ControlPlaneData, ControlPlaneVersions } from "./control-plane-data.ts";

/** A running control plane: etcd, kube-apiserver, controllers, scheduler and Helm in one engine process. */
export interface ControlPlane extends AsyncDisposable {
  /** What another process passes to `attachControlPlane`. */
  readonly data: ControlPlaneData;
  /** A kubeconfig with the rights of cluster-admin; never the user's own. */
  readonly kubeconfigPath: string;
  readonly versions: ControlPlaneVersions;
  /** Where the control plane comes from: `engine`, or the name of another provider. */
  readonly provider: string;
  readonly capabilities: ControlPlaneCapabilities;
  readonly kube: KubeClient;
  /** The engine service: simulations, webhooks, locks, and facts about the engine. */
  readonly engine: EngineClient;
  readonly helm: HelmClient;
  /** How long the start took, in milliseconds; 0 for an attached plane. */
  readonly bootMs: number;
  /** The text of the kubeconfig. */
  kubeconfig(): Promise<string>;
  /** Creates a namespace with a unique name, which is removed when it is disposed of. */
  namespace(options?: NamespaceOptions): Promise<TestNamespace>;
  /**
   * Ends the engine and removes its data. Safe to call twice, also at the same time. On an attached plane it only closes this
   * process' connections: the process that started the plane stops it.
   */
  stop(): Promise<void>;
  /** Resolves when the engine has ended, for whatever reason; never on an attached plane. */
  readonly ended: Promise<{ exitCode: number | undefined; signal: string | undefined }>;
}
