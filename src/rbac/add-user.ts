import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { KubeClient } from "../kube/kube-client.ts";
import { userKubeconfig } from "../kube/kubeconfig.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { removeOnExit } from "../process/exit-hook.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import { trackCall } from "../util/call-group.ts";
import { checkOptions } from "../util/check-options.ts";
import { User } from "./user.ts";

/** Who {@link addUser} adds. */
export interface AddUserOptions {
  /** As bindings name it: `jane`. */
  name: string;
  /** Besides `system:authenticated`. @default none */
  groups?: readonly string[] | undefined;
  /** The namespace of the kubeconfig, and of questions that name none. @default "default" */
  namespace?: string | undefined;
  /** @default the control plane of `setCurrentControlPlane`, which `seatrial/vitest` sets */
  controlPlane?: ControlPlane | undefined;
}

/**
 * Adds a user with a client certificate, whom the API server knows by it. Without a binding that names the user or a group, it
 * may do nothing. Resolves with a client and a kubeconfig for other programs; dispose of it (`await using`) to remove the
 * kubeconfig. Rejects with `SEATRIAL_UNSUPPORTED` where the provider of the control plane is not the engine.
 */
export function addUser(options: AddUserOptions): Promise<User> {
  return trackCall(undefined, () => add(options));
}

async function add(options: AddUserOptions): Promise<User> {
  checkOptions<AddUserOptions>("addUser", options ?? {}, {
    name: "string",
    groups: "string[]",
    namespace: "string",
    controlPlane: "object",
  });
  const { name, groups = [], namespace = "default", controlPlane } = options ?? {};
  if (name === undefined || name === "")
    throw new UsageError('addUser: there must be a name, such as { name: "jane" }');
  const plane = controlPlane ?? currentControlPlane();
  if (plane.provider !== "engine") {
    throw new SeatrialError("SEATRIAL_UNSUPPORTED", `addUser: the provider ${plane.provider} issues no certificates`, {
      hint: 'use the provider "engine", or the option `as: { user, groups }` of installChart and dryRunChart',
    });
  }
  const issued = await plane.engine.ask<{ certificate: string; key: string }>("users", { name, groups });
  const directory = await makeTempDir("seatrial-user-");
  const keep = removeOnExit(directory.path);
  const removeFiles = async () => {
    await directory.remove();
    keep();
  };
  try {
    const kubeconfigPath = join(directory.path, "kubeconfig");
    const text = userKubeconfig(await plane.kubeconfig(), { ...issued, user: name, namespace });
    await writeFile(kubeconfigPath, text, { mode: 0o600 });
    const kube = KubeClient.fromFile(kubeconfigPath);
    return new User({ user: name, groups, namespace, admin: plane.kube, kube, kubeconfigPath, removeFiles });
  } catch (error) {
    await removeFiles();
    throw error;
  }
}
