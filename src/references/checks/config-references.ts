import { type Dangling, missingObject } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { missingKey } from "../keys.ts";
import { containersOf, type PodTemplate } from "../pod-templates.ts";
import { listAt, type Mapping, mappingAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

interface ConfigReference {
  kind: "Secret" | "ConfigMap";
  name: string;
  field: string;
  keys: { key: string; field: string }[];
  isOptional: boolean;
}

// Kubernetes, a service mesh and OpenShift create these in every namespace.
const everywhere = new Set(["kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"]);

/** Secrets and ConfigMaps, and keys of them, that Pods refer to and that do not exist. */
export function configReferences(index: ReferenceIndex): Dangling[] {
  return index.chartTemplates.flatMap((template) => {
    const { owner: entry } = template;
    // An installation shows what the Pods that run lack, and whether a simulated container may have created it.
    const isShown = isStarted(template, entry) || !template.isExact;
    return referencesOf(template).flatMap(({ kind, name, field, keys, isOptional }) => {
      if (everywhere.has(name)) return [];
      const { namespace } = entry;
      const reason = `NoSuch${kind}` as const;
      const report = isShown || isOptional ? "typos" : "all";
      const missing = missingObject(index, { entry, field, kind, name, namespace, reason, report });
      // A Pod starts without it, so that nothing shows the mistake.
      if (isOptional) return missing.map((each) => ({ ...each, severity: "warning" as const }));
      return [...missing, ...keys.flatMap((each) => missingKey(index, { entry, kind, name, ...each }))];
    });
  });
}

/** Whether an installation creates Pods of a template: not for hooks of a rollback. */
export function isStarted(template: PodTemplate, { item }: ChartEntry): boolean {
  const events = item.hook?.events ?? [];
  const isLater = events.length > 0 && events.every((event) => event.endsWith("-rollback"));
  return template.isStarted && !isLater;
}

function referencesOf(template: PodTemplate): ConfigReference[] {
  const containers = containersOf(template);
  const ofContainers = containers.flatMap(({ container, path }) => [
    ...listAt(container, "env").flatMap((variable, at) => {
      const field = `${path}.env[${at}].valueFrom`;
      return [
        ...keyReference("Secret", mappingAt(variable, "valueFrom", "secretKeyRef"), `${field}.secretKeyRef`),
        ...keyReference("ConfigMap", mappingAt(variable, "valueFrom", "configMapKeyRef"), `${field}.configMapKeyRef`),
      ];
    }),
    ...listAt(container, "envFrom").flatMap((source, at) => [
      ...reference("Secret", mappingAt(source, "secretRef"), `${path}.envFrom[${at}].secretRef`, "name"),
      ...reference("ConfigMap", mappingAt(source, "configMapRef"), `${path}.envFrom[${at}].configMapRef`, "name"),
    ]),
  ]);
  const ofVolumes = listAt(template.spec, "volumes").flatMap((volume, at) => {
    const path = `${template.path}.volumes[${at}]`;
    const sources = listAt(volume, "projected", "sources").flatMap((source, sourceAt) =>
      volumeSources(source, `${path}.projected.sources[${sourceAt}]`, "name"),
    );
    const own = volumeSources(volume, path, "secretName").map((each) => withSubPaths(each, volume, containers));
    return [...own, ...sources];
  });
  return [...ofContainers, ...ofVolumes];
}

function volumeSources(source: Mapping, path: string, secretName: string): ConfigReference[] {
  return [
    ...reference("Secret", mappingAt(source, "secret"), `${path}.secret`, secretName),
    ...reference("ConfigMap", mappingAt(source, "configMap"), `${path}.configMap`, "name"),
  ];
}

// A file that is mounted alone is a key, unless items rename keys.
function withSubPaths(
  reference: ConfigReference,
  volume: Mapping,
  containers: ReturnType<typeof containersOf>,
): ConfigReference {
  if (reference.keys.length > 0) return reference;
  const keys = containers.flatMap(({ container, path }) =>
    listAt(container, "volumeMounts").flatMap((mount, at) => {
      const key = textAt(mount, "subPath");
      if (mount.name !== volume.name || key === undefined) return [];
      return [{ key, field: `${path}.volumeMounts[${at}].subPath` }];
    }),
  );
  return { ...reference, keys };
}

function reference(kind: "Secret" | "ConfigMap", source: Mapping, path: string, nameField: string): ConfigReference[] {
  const name = textAt(source, nameField);
  if (name === undefined) return [];
  const keys = listAt(source, "items").flatMap((item, at) => {
    const key = textAt(item, "key");
    return key === undefined ? [] : [{ key, field: `${path}.items[${at}].key` }];
  });
  return [{ kind, name, field: `${path}.${nameField}`, keys, isOptional: source.optional === true }];
}

function keyReference(kind: "Secret" | "ConfigMap", source: Mapping, path: string): ConfigReference[] {
  const key = textAt(source, "key");
  return reference(kind, source, path, "name").map((each) => ({
    ...each,
    keys: key === undefined ? [] : [{ key, field: `${path}.key` }],
  }));
}
