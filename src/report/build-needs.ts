import type { BuildNeeds } from "../engine/binary/engine-location.ts";
import type { Style } from "./style.ts";
import { padTo, wrapTo } from "./text-width.ts";

const labelWidth = 10;
const gigabyte = 1e9;

/** What the build of an engine needs, for the reader who has to decide whether to wait for it. */
export function renderBuildNeeds(needs: BuildNeeds, cores: number, style: Style, width: number): string[] {
  const { goVersion, neededGoVersion, disk } = needs;
  const total = disk.reduce((sum, { neededBytes }) => sum + neededBytes, 0);
  const rows: [string, string][] = [
    ["needs Go", `${neededGoVersion} or newer; ${goVersion} is used`],
    [
      "time",
      `a first build takes about 9 minutes on 2 idle cores, a later one about 20 seconds; here: ${coresText(cores)}`,
    ],
    ["memory", "about 3 GB"],
    ["disk", `a first build writes about ${gigabytes(total)}:`],
    ...disk.map((place): [string, string] => ["", diskText(place, style)]),
  ];
  const lines = rows.flatMap(([label, text]) =>
    wrapTo(text, width - labelWidth - 2).map(
      (line, index) => `  ${padTo(index === 0 ? style.dim(label) : "", labelWidth)}${line}`,
    ),
  );
  return ["The engine is compiled from the sources of Kubernetes, Helm and etcd.", ...lines];
}

function diskText({ name, path, neededBytes, freeBytes }: BuildNeeds["disk"][number], style: Style): string {
  const free = freeBytes === undefined ? "" : `, ${gigabytes(freeBytes)} free`;
  const text = `${gigabytes(neededBytes)} in ${name}, ${path}${free}`;
  return freeBytes !== undefined && freeBytes < neededBytes
    ? style.warn(`${text}: not enough for a first build`)
    : text;
}

function coresText(cores: number): string {
  return cores === 1 ? "1 core" : `${cores} cores`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(1)} GB`;
}
