import { readCrds } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { HelmTemplateAnswer, HelmTemplateRequest } from "../helm/types.ts";
import { type KubeObject, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { isMapping } from "../util/is-mapping.ts";

interface Definition {
  group?: string;
  names?: { kind?: string };
  versions?: { name?: string }[];
}

/**
 * The findings of an upgrade, with a hint where a custom resource was refused whose CustomResourceDefinition in `crds/`
 * differs from the one in the cluster: Helm does not upgrade `crds/`.
 */
export async function explainOldCrds(
  plane: ControlPlane,
  findings: readonly Finding[],
  { crds }: Pick<HelmTemplateAnswer, "crds">,
): Promise<Finding[]> {
  const definitions = readCrds({ crds }).map(({ object }) => object);
  return Promise.all(
    findings.map(async (finding) => {
      const definition = definitions.find((crd) => isOf(crd, finding));
      if (definition === undefined || finding.severity !== "error") return finding;
      const stored = await plane.kube.get(toObjectRef(definition));
      const name = definition.metadata.name;
      if (stored === undefined) {
        return {
          ...finding,
          hint: hint(`Helm does not install the CustomResourceDefinition ${name} of crds/ in an upgrade`),
        };
      }
      if (contains(stored.spec, definition.spec)) return finding;
      return {
        ...finding,
        hint: hint(
          `Helm does not upgrade crds/: the cluster has the CustomResourceDefinition ${name} of an earlier version`,
        ),
      };
    }),
  );
}

/** Adds these hints to the failures of Helm's upgrade. The chart is rendered again, for its `crds/`. */
export async function explainOldCrdsIn(
  error: unknown,
  plane: ControlPlane,
  request: HelmTemplateRequest,
): Promise<void> {
  if (!(error instanceof HelmError) || error.failures.length === 0) return;
  const rendered = await plane.helm.template({ ...request, isUpgrade: true }).catch(() => undefined);
  if (rendered === undefined) return;
  for (const failure of error.failures) {
    const { apiVersion = "", kind = "", name = "" } = failure.object ?? {};
    const finding: Finding = {
      severity: "error",
      step: "upgrade",
      message: failure.message,
      object: { apiVersion, kind, name },
    };
    const [explained] = await explainOldCrds(plane, [finding], rendered);
    if (explained?.hint !== undefined) failure.hint = explained.hint;
  }
}

function hint(what: string): string {
  return `${what}; apply it before the upgrade (kubectl apply -f crds/), or move it to a chart of its own`;
}

function isOf(crd: KubeObject, { object, message }: Finding): boolean {
  const { group, names, versions = [] } = (crd.spec ?? {}) as Definition;
  if (crd.kind !== "CustomResourceDefinition") return false;
  const isNamed = versions.some(({ name }) => message.includes(`kind "${names?.kind}" in version "${group}/${name}"`));
  return isNamed || (object?.kind === names?.kind && object?.apiVersion.split("/")[0] === group);
}

// The API server adds defaults to what the chart has written.
function contains(stored: unknown, written: unknown): boolean {
  if (Array.isArray(written)) {
    if (!Array.isArray(stored) || stored.length !== written.length) return false;
    return written.every((item, index) => contains(stored[index], item));
  }
  if (isMapping(written)) {
    return isMapping(stored) && Object.entries(written).every(([key, value]) => contains(stored[key], value));
  }
  return written === null || written === stored;
}
