import { ChartError } from "../errors/chart-error.ts";
import type { JsonObject, JsonValue } from "../errors/seatrial-error.ts";
import { releaseDocuments } from "../findings/release-documents.ts";
import { type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { Release } from "../release/release.ts";
import { deployedChart, sameDeployment } from "../release/revision/remembered-deployment.ts";
import { askForTemplate } from "../release/template-chart.ts";
import { checkOptions } from "../util/check-options.ts";
import { hideEverywhere, makeHide } from "../util/text/hide-secrets.ts";
import { hideRandomIn } from "./hide-random-in.ts";
import { type StableObjectOptions, stableObject } from "./stable-object.ts";

/**
 * The objects of a release's manifest as the API server has them, each as {@link stableObject} shows it, in the order of the manifest.
 * The chart is rendered twice: what differs reads `(random)`. The release's own namespace reads `(namespace)`, and the data of Secrets
 * reads `***` also in other objects. Hooks are left out.
 */
export async function stableObjects(release: Release, options: StableObjectOptions = {}): Promise<JsonObject[]> {
  checkOptions<StableObjectOptions>("stableObjects", options, { status: "boolean" });
  const live = await release.objects();
  const [one, other] = await renderTwice(release);
  const hide = makeHide(live.filter(({ kind }) => kind === "Secret"));
  return live.map((object) => {
    const stable = stableObject(object, options);
    const key = keyOf(object, release);
    const marked = hideRandomIn(stable, one.get(key), other.get(key)) as JsonObject;
    const masked = object.kind === "Secret" ? marked : hideEverywhere(marked, hide);
    return release.hasOwnNamespace ? (withoutNamespace(masked, release.namespace) as JsonObject) : masked;
  });
}

// As a first installation renders: what is looked up in the cluster would be the same twice.
async function renderTwice(release: Release): Promise<[Map<string, KubeObject>, Map<string, KubeObject>]> {
  const render = async () => {
    const { controlPlane, namespace, name: releaseName, info } = release;
    const { serverSide: _serverSide, postRenderer, skipSchemaValidation, renderTimeout } = sameDeployment(release);
    const { answer } = await askForTemplate(deployedChart(release) ?? "", {
      ...{ controlPlane, namespace, releaseName, postRenderer, skipSchemaValidation, renderTimeout },
      values: info.config,
      kubeVersion: controlPlane.versions.kubernetes,
    });
    return new Map(releaseDocuments(answer).map(({ object }) => [keyOf(object, release), object]));
  };
  try {
    return [await render(), await render()];
  } catch (error) {
    // A chart that renders only with what it finds in its cluster: nothing can be compared.
    if (error instanceof ChartError) return [new Map(), new Map()];
    throw error;
  }
}

function keyOf(object: KubeObject, { namespace }: Release): string {
  const ref = toObjectRef(object);
  // A rendered object need not name the namespace; cluster-scoped objects have none.
  return objectKey({ ...ref, namespace: ref.namespace === namespace ? "" : (ref.namespace ?? "") });
}

function withoutNamespace(value: JsonValue, namespace: string): JsonValue {
  if (typeof value === "string") return value.replaceAll(namespace, "(namespace)");
  if (Array.isArray(value)) return value.map((item) => withoutNamespace(item, namespace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNamespace(item, namespace)]));
}
