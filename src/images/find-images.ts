import type { ChartObject } from "../findings/chart-objects.ts";
import { groupOf, toObjectRef } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { type PodTemplate, podTemplatesOf } from "../references/pod-templates.ts";
import { listAt, type Mapping, textAt } from "../references/reading.ts";
import { isMapping } from "../util/is-mapping.ts";
import { parseImage } from "./image-reference.ts";
import type { ImageRole, ImageUse } from "./images-result.ts";

/** An image of an object, without its case and its values. */
export type FoundImage = Omit<ImageUse, "cases" | "values"> & { image: string };

const containerLists: readonly (readonly [string, ImageRole])[] = [
  ["initContainers", "init container"],
  ["containers", "container"],
  ["ephemeralContainers", "ephemeral container"],
];
const MAX_DEPTH = 12;
// `--config-reloader-image=…`, `RELATED_IMAGE_PROXY`
const imageFlag = /^--?([\w.-]*image[\w.-]*)=(.+)$/i;
const imageVariable = /(?:^|_)IMAGE(?:_|$)/;

/** The images that an object of a chart names. */
export function findImages(item: ChartObject): FoundImage[] {
  if (item.problem !== undefined || item.role === "crd") return [];
  const { object, template, hook } = item;
  const common = { object: toObjectRef(object), template, ...(hook === undefined ? {} : { hook: hook.events }) };
  const isCustom = !isOwnGroup(groupOf(object.apiVersion));
  const templates = podTemplatesOf(object);
  const found = templates.flatMap((pod) => [...containerImages(pod), ...volumeImages(pod)]);
  const known = new Set(found.map(({ field }) => field));
  const others = isCustom ? customImages(object.spec, "spec", MAX_DEPTH).filter(({ field }) => !known.has(field)) : [];
  return [...found, ...others].map((each) => ({ ...common, ...each }));
}

type Part = Pick<FoundImage, "image" | "role" | "field" | "name">;

function containerImages({ spec, path }: PodTemplate): Part[] {
  return containerLists.flatMap(([list, role]) =>
    listAt(spec, list).flatMap((container, index) => {
      const at = `${path}.${list}[${index}]`;
      const name = textAt(container, "name") ?? "";
      const { image } = container;
      const own: Part[] =
        image === undefined || image === null ? [] : [{ image: String(image), role, name, field: `${at}.image` }];
      return [...own, ...mentioned(container, name, at)];
    }),
  );
}

// Operators get the images of what they create in this way.
function mentioned(container: Mapping, name: string, at: string): Part[] {
  const given = ["command", "args"].flatMap((list) => {
    const items: unknown[] = Array.isArray(container[list]) ? (container[list] as unknown[]) : [];
    return items.map((item, index) => ({ text: imageFlag.exec(String(item))?.[2], field: `${at}.${list}[${index}]` }));
  });
  const variables = listAt(container, "env").map((variable, index) => ({
    text: imageVariable.test(textAt(variable, "name") ?? "") ? textAt(variable, "value") : undefined,
    field: `${at}.env[${index}].value`,
  }));
  return [...given, ...variables].flatMap(({ text, field }): Part[] => {
    if (text === undefined || !isLikelyImage(text)) return [];
    return [{ image: text, role: "argument", name, field }];
  });
}

function volumeImages({ spec, path }: PodTemplate): Part[] {
  return listAt(spec, "volumes").flatMap((volume, index): Part[] => {
    const image = textAt(volume, "image", "reference");
    const field = `${path}.volumes[${index}].image.reference`;
    return image === undefined ? [] : [{ image, role: "volume", name: textAt(volume, "name") ?? "", field }];
  });
}

// A field `image`, or one whose name ends so: a text, or a repository with a tag.
function customImages(value: unknown, path: string, depth: number): Part[] {
  if (depth === 0) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => customImages(item, `${path}[${index}]`, depth - 1));
  }
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]): Part[] => {
    const field = `${path}.${key}`;
    const image = /^image$|Image$/.test(key) ? customImage(item) : undefined;
    if (image === undefined) return customImages(item, field, depth - 1);
    return [{ image, role: "custom resource", field }];
  });
}

function customImage(value: unknown): string | undefined {
  if (typeof value === "string") return isLikelyImage(value) ? value : undefined;
  const repository = textAt(value, "repository");
  if (repository === undefined || !isMapping(value)) return undefined;
  const registry = textAt(value, "registry");
  const { tag, digest } = value;
  const name = `${registry === undefined ? "" : `${registry}/`}${repository}`;
  const isGiven = (part: unknown) => typeof part === "string" || typeof part === "number";
  return `${name}${isGiven(tag) && tag !== "" ? `:${tag}` : ""}${isGiven(digest) && digest !== "" ? `@${digest}` : ""}`;
}

// A name alone may be anything in a field that only looks like one for an image.
function isLikelyImage(text: string): boolean {
  return /[/:@]/.test(text) && "reference" in parseImage(text);
}
