import type { Dangling } from "../dangling.ts";
import { missingKey } from "../keys.ts";
import { likelyName, quoteSome } from "../names.ts";
import { containersOf } from "../pod-templates.ts";
import { listAt, type Mapping, mappingAt, textAt } from "../reading.ts";
import type { OwnedTemplate, ReferenceIndex } from "../reference-index.ts";

const SOURCES = ["secret", "configMap", "downwardAPI"];

/**
 * Files that a container mounts alone (`subPath`) and that its volume does not have: a kubelet mounts an empty directory in
 * place of the file. What a volume with `items` or several sources contains is in its spec.
 */
export function mountedFiles(index: ReferenceIndex): Dangling[] {
  return index.chartTemplates.flatMap((template) => {
    return listAt(template.spec, "volumes").flatMap((volume) => {
      const sources = volume.projected === undefined ? [volume] : listAt(volume, "projected", "sources");
      const files = sources.map(filesOf);
      const mounts = mountsOf(template, volume.name);
      if (files.every((each) => each !== undefined)) {
        return mounts.flatMap((mount) => missingFile(template, volume, files.flat(), mount));
      }
      const [source] = sources;
      if (volume.projected === undefined || sources.length !== 1) return [];
      return mounts.flatMap(({ path, field }) => missingKeyOf(index, template, source, { path, field }));
    });
  });
}

interface MountedFile {
  path: string;
  field: string;
}

type OfChart = ReferenceIndex["chartTemplates"][number];

function mountsOf(template: OwnedTemplate, volume: unknown): MountedFile[] {
  return containersOf(template).flatMap(({ container, path }) =>
    listAt(container, "volumeMounts").flatMap((mount, at) => {
      const file = textAt(mount, "subPath")?.replace(/^(?:\.\/)+|\/+$/g, "");
      if (mount.name !== volume || file === undefined || file === "" || file === ".") return [];
      return [{ path: file, field: `${path}.volumeMounts[${at}].subPath` }];
    }),
  );
}

// `undefined` if the spec of the Pod does not say which files there are.
function filesOf(source: Mapping): string[] | undefined {
  const token = textAt(source, "serviceAccountToken", "path") ?? textAt(source, "clusterTrustBundle", "path");
  if (token !== undefined) return [token];
  const kind = SOURCES.find((each) => source[each] !== undefined);
  const items = kind === undefined ? [] : listAt(source, kind, "items");
  if (kind === undefined || items.length === 0 || mappingAt(source, kind).optional === true) return undefined;
  return items.flatMap((item) => textAt(item, "path") ?? []);
}

function missingFile({ owner }: OfChart, volume: Mapping, files: readonly string[], mount: MountedFile): Dangling[] {
  const { path, field } = mount;
  if (files.length === 0 || files.some((file) => file === path || file.startsWith(`${path}/`))) return [];
  const likely = likelyName(path, files);
  const hint = likely === undefined ? `it has ${quoteSome(files)}` : `did you mean "${likely}"?`;
  const message = `volume "${volume.name}" has no file "${path}"`;
  return [{ entry: owner, field, reason: "NoSuchKey", severity: "error", message, hint, lookups: [] }];
}

function missingKeyOf(index: ReferenceIndex, { owner }: OfChart, source: unknown, mount: MountedFile): Dangling[] {
  return (["Secret", "ConfigMap"] as const).flatMap((kind) => {
    const reference = mappingAt(source, kind === "Secret" ? "secret" : "configMap");
    const name = textAt(reference, "name");
    if (name === undefined || reference.optional === true) return [];
    return missingKey(index, { entry: owner, field: mount.field, kind, name, key: mount.path });
  });
}
