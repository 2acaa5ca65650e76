import type { ChartImage, ChartImages, ImagesResult, ImageUse } from "../../images/images-result.ts";
import { formatDuration } from "../../util/duration.ts";
import { toPrintableLabel, toPrintableLine, toPrintableMessage, toPrintableResult } from "../../util/text/printable.ts";
import { objectLabel } from "../findings/findings.ts";
import type { Style } from "../style.ts";
import { plural } from "../summary.ts";
import { wrapTo } from "../text-width.ts";

const MAX_CASES = 3;

/** The images of charts, for people: each image once, and below it where it is used. */
export function renderImages(result: ImagesResult, style: Style, width: number): string[] {
  const charts = result.charts.flatMap((chart) => renderChart(toPrintableResult(chart), style, width));
  return [
    ...charts,
    ...result.notes.flatMap((note) => wrapTo(`Note: ${toPrintableLine(note)}`, width)).map(style.dim),
    `${summary(result)} ${style.dim(`in ${formatDuration(result.durationMs)}`)}`,
  ];
}

function renderChart({ chart, cases, images }: ChartImages, style: Style, width: number): string[] {
  const title = chart.version === "" ? chart.name : `${chart.name} ${chart.version}`;
  const failed = cases.filter(({ error }) => error !== undefined);
  const rendered = cases.filter(({ verdict }) => verdict === "passed").length;
  return [
    `${style.bold(toPrintableLabel(title))} ${style.dim(`(${chart.path})`)}`,
    ...[...Map.groupBy(failed, ({ error }) => error?.message ?? "")].flatMap(([message, same]) => [
      `  ${style.bad(same[0]?.verdict === "failed" ? "does not render" : "could not check")}  ${same.map(({ name }) => name).join(", ")}`,
      ...toPrintableMessage(message)
        .split("\n")
        .map((line) => `    ${line}`),
    ]),
    ...images.flatMap((image) => [
      `  ${image.image === "" ? '""' : image.image}${remarks(image, style)}`,
      ...image.uses.flatMap((use) => useLines(use, rendered, width)),
    ]),
    ...(images.length + failed.length === 0 ? ["  no images"] : []),
    "",
  ];
}

function remarks({ problem, exists, registryError, info }: ChartImage, style: Style): string {
  const parts = [
    ...(problem === undefined ? [] : [style.bad(`invalid: ${problem}`)]),
    ...(exists === false ? [style.bad("does not exist")] : exists === true ? [style.good("exists")] : []),
    ...(registryError === undefined ? [] : [style.bad(`could not check: ${registryError}`)]),
    ...info.map(style.warn),
  ];
  return parts.length === 0 ? "" : `  ${parts.join(", ")}`;
}

function useLines(
  { object, role, name, hook, values, cases, field }: ImageUse,
  caseCount: number,
  width: number,
): string[] {
  const part = role === "custom resource" ? `from a custom resource: ${field}` : `${role} ${name ?? ""}`.trim();
  const parts = [
    objectLabel(object),
    ...(hook === undefined ? [] : [`hook ${hook.join(", ")}`]),
    role === "argument" ? `argument of ${name}` : part,
    ...(values.length === 0 ? [] : [`from ${values.join(", ")}`]),
    ...(cases.length === caseCount ? [] : [`in ${shortened(cases)}`]),
  ];
  return wrapTo(parts.join("; "), Math.max(40, width - 6)).map(
    (line, index) => `${index === 0 ? "    " : "      "}${line}`,
  );
}

function shortened(cases: readonly string[]): string {
  const more = cases.length - MAX_CASES;
  return more > 0 ? `${cases.slice(0, MAX_CASES).join(", ")} and ${more} more` : cases.join(", ");
}

function summary({ charts }: ImagesResult): string {
  const images = charts.flatMap((chart) => chart.images);
  const names = new Set(images.map(({ image }) => image));
  const count = (isWrong: (image: ChartImage) => boolean) =>
    new Set(images.filter(isWrong).map(({ image }) => image)).size;
  const invalid = count(({ problem }) => problem !== undefined);
  const missing = count(({ exists }) => exists === false);
  const unknown = count(({ registryError }) => registryError !== undefined);
  const errored = charts.filter(({ cases }) => cases.some(({ error }) => error !== undefined)).length;
  return [
    `${plural(names.size, "image")} of ${plural(charts.length, "chart")}`,
    ...(invalid === 0 ? [] : [`${invalid} invalid`]),
    ...(missing === 0 ? [] : [`${missing} missing`]),
    ...(unknown === 0 ? [] : [`${unknown} could not be checked`]),
    ...(errored === 0 ? [] : [`${plural(errored, "chart")} did not render completely`]),
  ].join(", ");
}
