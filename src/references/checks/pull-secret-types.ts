import type { Dangling } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { isOfChart } from "../entry.ts";
import { listAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

// Those that a kubelet reads (pkg/credentialprovider/secrets).
const types = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

/** Image pull secrets of the chart whose type a kubelet does not read. */
export function pullSecretTypes(index: ReferenceIndex): Dangling[] {
  const ofPods = index.chartTemplates.flatMap(({ owner, spec, path }) => wrongTypes(index, owner, spec, `${path}.`));
  const ofAccounts = index
    .ofChart("v1", "ServiceAccount")
    .flatMap((entry) => wrongTypes(index, entry, entry.object, ""));
  return [...ofPods, ...ofAccounts];
}

function wrongTypes(index: ReferenceIndex, entry: ChartEntry, owner: unknown, path: string): Dangling[] {
  return listAt(owner, "imagePullSecrets").flatMap((secret, at): Dangling[] => {
    const name = textAt(secret, "name");
    const found = name === undefined ? undefined : index.find("Secret", name, entry.namespace);
    if (found === undefined || !isOfChart(found)) return [];
    const type = textAt(found.object, "type") ?? "Opaque";
    if (types.includes(type)) return [];
    const message = `Secret "${name}" has the type ${type}: kubelets ignore it when they pull images`;
    const hint = `give the Secret the type ${types[0]} and the key .dockerconfigjson`;
    const field = `${path}imagePullSecrets[${at}].name`;
    return [{ entry, field, reason: "WrongSecretType", severity: "warning", message, hint, lookups: [] }];
  });
}
