import { SeatrialError } from "../../errors/seatrial-error.ts";
import { pinKubeconfig } from "../../kube/pin-kubeconfig.ts";
import type { Provider } from "../provider.ts";
import type { ExistingOptions } from "./existing-options.ts";
import { type ClusterIdentity, identifyCluster } from "./identify-cluster.ts";

const name = "existing";

/** See {@link ExistingOptions}. */
export function existingProvider(options: ExistingOptions): Provider {
  const { kubeconfig: path, context, allowInstall = false, allowClusterScoped = false } = options;
  return {
    name,
    deletesNamespaces: false,
    start: async ({ signal, onStep }) => {
      const kubeconfig = await pinKubeconfig(path, context);
      const identity = await identifyCluster(kubeconfig, context, signal);
      checkIdentity(identity, options);
      onStep?.("identity");
      const capabilities = {
        pods: identity.pods,
        controllers: true,
        simulates: false,
        answersWebhooks: false,
        owned: false,
        installs: allowInstall,
        clusterScoped: allowClusterScoped,
        deletesNamespacesAtOnce: false,
      };
      const versions = { kubernetes: identity.kubernetes, etcd: "" };
      const cluster = `${context} at ${identity.server.origin}`;
      return {
        kubeconfig,
        capabilities,
        versions,
        cluster,
        ended: new Promise(() => undefined),
        stop: async () => undefined,
      };
    },
  };
}

function checkIdentity(
  { uid, whyNotLocal, server }: ClusterIdentity,
  { kubeconfig, context, clusterUid }: ExistingOptions,
) {
  const which = `The cluster of the context "${context}" at ${server.origin}`;
  if (clusterUid !== undefined) {
    if (clusterUid === uid) return;
    throw new SeatrialError(
      "SEATRIAL_PROVIDER",
      `${which} is another one: its UID is ${uid}, and clusterUid is ${clusterUid}`,
      {
        hint: "correct the context, or clusterUid",
        details: { uid, clusterUid },
      },
    );
  }
  if (whyNotLocal === undefined) return;
  throw new SeatrialError("SEATRIAL_PROVIDER", `${which} is not known to be local: ${whyNotLocal}`, {
    hint: `state which cluster you mean with clusterUid, which \`seatrial doctor --kubeconfig ${kubeconfig} --context ${context}\` prints`,
  });
}
