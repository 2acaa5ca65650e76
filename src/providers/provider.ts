import type { ControlPlaneCapabilities, ControlPlaneVersions } from "../plane/control-plane-data.ts";

/** How a provider starts. */
export interface ProviderStart {
  /** A private directory for its files, whose path is short enough for unix sockets. The caller removes it. */
  dir: string;
  /** The engine's executable file, whose guard ends the programs that the provider starts. */
  enginePath: string;
  /** How long the start may take, in milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Called when a part is up. */
  onStep?: ((name: string) => void) | undefined;
}

/** A control plane that a provider has started or found, and that answers. */
export interface ProvidedControlPlane {
  /** The text of a kubeconfig with one context, by which everything is reached. */
  kubeconfig: string;
  capabilities: ControlPlaneCapabilities;
  /** What runs there; a part that is not known or does not exist is empty. */
  versions: Pick<ControlPlaneVersions, "kubernetes" | "etcd">;
  /** Which cluster it is, when the provider has not started it: `<context> at <address>`. */
  cluster?: string | undefined;
  /** Resolves with a sentence when it has ended before `stop`. */
  ended: Promise<string>;
  /** Ends what the provider has started. Safe to call twice. */
  stop(): Promise<void>;
}

/** Where a control plane comes from. */
export interface Provider {
  readonly name: string;
  /** Whether the engine has to empty and remove deleted namespaces, because no controller does. */
  readonly deletesNamespaces: boolean;
  /** Rejects with `SEATRIAL_PROVIDER`, `SEATRIAL_TIMEOUT` or `SEATRIAL_CANCELLED`; nothing is left running then. */
  start(options: ProviderStart): Promise<ProvidedControlPlane>;
}
