import { toValuesFiles } from "../chart/values-files.ts";
import {
  type CaseInputs,
  type ChartVersion,
  type RenderExtras,
  type Renderer,
  renderVersion,
} from "../diff/render-version.ts";
import { ChartError } from "../errors/chart-error.ts";
import type { JsonObject, JsonValue } from "../errors/seatrial-error.ts";
import { chartObjects } from "../findings/chart-objects.ts";
import type { HelmTemplateAnswer } from "../helm/types.ts";
import { isMapping } from "../util/is-mapping.ts";
import { overrideOf } from "../values/change-value.ts";
import { formatValuePath, type ValuePath } from "../values/value-path.ts";
import { type FoundImage, findImages } from "./find-images.ts";

/** A rendered case of a chart. */
export interface RenderedCase {
  renderer: Renderer;
  version: ChartVersion;
  inputs: CaseInputs;
  answer: HelmTemplateAnswer;
}

const MARK = "seatrial";
// A chart may compare a tag with a version.
const VERSION = "99.99.99";
const APP_VERSION = ".Chart.AppVersion";
// Where an empty value, or a switch, may be a part of an image.
const imageKey = /image|tag|digest|registry|repository|^repo$|^version$|sha256|^sha$/i;
// What belongs to an image and is never a part of its name.
const otherKey = /pull|secret|^debug$|annotation|label|allow|run|user|group|privilege|readonly/i;

/**
 * The values that each image of a case comes from, in the order of the images. Each value that may be a part of an image is changed
 * once, and the chart is rendered with it: what changes comes from the value.
 */
export async function imageValues(rendered: RenderedCase, images: readonly FoundImage[]): Promise<string[][]> {
  const found = images.map((): string[] => []);
  if (images.length === 0) return found;
  const texts = images.map(({ image }) => image);
  const values = rendered.answer.values ?? {};
  for (const { path, value } of leavesOf(values).filter((leaf) => mayBePart(leaf, texts))) {
    const name = formatValuePath(path);
    const changed = await tryOthers(rendered, path, value);
    if (changed !== undefined) note(found, images, changed, name);
    // The chart refuses every other value.
    else for (const [index, text] of texts.entries()) if (isPartOf(value, text)) found[index]?.push(name);
  }
  const { appVersion = "" } = rendered.answer.chart;
  if (appVersion !== "" && texts.some((text) => text.includes(appVersion))) {
    const changed = await tryImages(rendered, [], { appVersion: VERSION });
    if (changed !== undefined) note(found, images, changed, APP_VERSION);
  }
  return found;
}

async function tryOthers(
  rendered: RenderedCase,
  path: ValuePath,
  value: Leaf["value"],
): Promise<FoundImage[] | undefined> {
  for (const other of othersOf(value)) {
    const changed = await tryImages(rendered, [overrideOf(rendered.answer.values ?? {}, path, other)]);
    if (changed !== undefined) return changed;
  }
  return undefined;
}

function note(found: string[][], images: readonly FoundImage[], changed: readonly FoundImage[], name: string): void {
  const others = new Map(changed.map((each) => [keyOf(each), each.image]));
  for (const [index, each] of images.entries()) {
    const other = others.get(keyOf(each));
    if (other !== undefined && other !== each.image) found[index]?.push(name);
  }
}

async function tryImages(
  { renderer, version, inputs }: RenderedCase,
  files: readonly JsonObject[],
  extras: RenderExtras = {},
): Promise<FoundImage[] | undefined> {
  await using written = await toValuesFiles(files);
  const changed = { ...version, values: [...version.values, ...written.paths] };
  try {
    const answer = await renderVersion(renderer, changed, inputs, { ...extras, skipSchemaValidation: true });
    return chartObjects(answer, { withCrds: false, withHooks: true }).flatMap(findImages);
  } catch (error) {
    if (error instanceof ChartError) return undefined;
    throw error;
  }
}

interface Leaf {
  path: ValuePath;
  value: string | number | boolean | null;
}

function leavesOf(value: JsonValue, path: ValuePath = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (!isMapping(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item as JsonValue, [...path, key]));
}

function mayBePart({ path, value }: Leaf, images: readonly string[]): boolean {
  const isOfImage = path.some((key) => imageKey.test(String(key))) && !path.some((key) => otherKey.test(String(key)));
  if (typeof value === "boolean" || value === null || value === "") return isOfImage;
  const text = String(value);
  return (text.length > 1 || isOfImage) && images.some((image) => image.includes(text));
}

// What is added to a text is allowed in every part of an image, and in a version.
function othersOf(value: Leaf["value"]): JsonValue[] {
  if (typeof value === "boolean") return [!value];
  return value === null || value === "" ? [MARK, VERSION] : [`${value}-${MARK}`];
}

function isPartOf(value: Leaf["value"], image: string): boolean {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const at = text === "" ? -1 : image.indexOf(text);
  if (at === -1) return false;
  // A whole part: not the end of a longer name.
  return /^$|[/:@]$/.test(image.slice(0, at)) && /^$|^[/:@]/.test(image.slice(at + text.length));
}

function keyOf({ object, field }: FoundImage): string {
  return JSON.stringify([object.kind, object.namespace, object.name, field]);
}
