import type { Dangling } from "../dangling.ts";
import { quoteSome } from "../names.ts";
import { isInjected } from "../pod-ports.ts";
import { containersOf } from "../pod-templates.ts";
import { listAt, mappingAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

/** Containers whose resources a variable or a file has, and that the Pod does not have: a kubelet starts no such Pod. */
export function fieldContainers(index: ReferenceIndex): Dangling[] {
  return index.chartTemplates
    .filter((template) => template.isExact && !isInjected(template))
    .flatMap((template) => {
      const containers = containersOf(template);
      const names = containers.map(({ name }) => name);
      const ofVariables = containers.flatMap(({ container, path }) =>
        listAt(container, "env").map((variable, at) => ({
          source: mappingAt(variable, "valueFrom"),
          path: `${path}.env[${at}].valueFrom`,
        })),
      );
      const ofVolumes = listAt(template.spec, "volumes").flatMap((volume, at) => {
        const path = `${template.path}.volumes[${at}]`;
        const projected = listAt(volume, "projected", "sources").flatMap((source, sourceAt) =>
          filesOf(source, `${path}.projected.sources[${sourceAt}]`),
        );
        return [...filesOf(volume, path), ...projected];
      });
      return [...ofVariables, ...ofVolumes].flatMap(({ source, path }): Dangling[] => {
        const name = textAt(source, "resourceFieldRef", "containerName");
        if (name === undefined || names.includes(name)) return [];
        const field = `${path}.resourceFieldRef.containerName`;
        const message = `the Pod has no container "${name}"`;
        const base = { entry: template.owner, field, message, hint: `it has ${quoteSome(names)}`, lookups: [] };
        return [{ ...base, reason: "NoSuchContainer", severity: "error" }];
      });
    });
}

function filesOf(volume: unknown, path: string) {
  return listAt(volume, "downwardAPI", "items").map((source, at) => ({
    source,
    path: `${path}.downwardAPI.items[${at}]`,
  }));
}
