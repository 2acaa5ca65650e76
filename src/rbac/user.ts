import { readFile } from "node:fs/promises";
import { Identity, type IdentityParts } from "./identity.ts";

/** A user with credentials of its own. Disposing of it removes the kubeconfig; the control plane keeps no list of users. */
export class User extends Identity implements AsyncDisposable {
  /** A kubeconfig (0600) with the user's client certificate, in a directory (0700) of its own. */
  readonly kubeconfigPath: string;
  readonly #removeFiles: () => Promise<void>;

  constructor(parts: IdentityParts & { kubeconfigPath: string; removeFiles: () => Promise<void> }) {
    super(parts);
    this.kubeconfigPath = parts.kubeconfigPath;
    this.#removeFiles = parts.removeFiles;
  }

  /** The text of the kubeconfig. */
  kubeconfig(): Promise<string> {
    return readFile(this.kubeconfigPath, "utf8");
  }

  /** Closes connections and removes the kubeconfig. Safe to call twice. */
  async remove(): Promise<void> {
    this.kube.close();
    await this.#removeFiles();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }
}
