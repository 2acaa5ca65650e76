import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { findCharts } from "../../chart/find-charts.ts";
import { valuesDeclaration, valuesTypes } from "../../chart/values-types.ts";
import { exitCodes } from "../exit-code.ts";
import { writeLines } from "../terminal.ts";

/** Options of `seatrial types`. */
export interface TypesOptions {
  /** The directory for the files. */
  out: string;
}

/** Writes a declaration file with the types of the values of each chart that has a schema; resolves with the exit code. */
export async function types(paths: string[], { out }: TypesOptions): Promise<number> {
  for (const chart of await findCharts(paths.length === 0 ? undefined : paths)) {
    const name = relative(".", chart).replaceAll("\\", "/") || ".";
    const found = await valuesTypes(chart);
    if (found === undefined) {
      await writeLines(process.stdout, [`skipped  ${name}: it has no values.schema.json`]);
      continue;
    }
    const file = join(out, `${name === "." ? found.chartName : name}.d.ts`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, valuesDeclaration(name, found));
    const notes = found.unresolved.map((reference) => `  ${reference} leads out of the file: its type is unknown`);
    await writeLines(process.stdout, [`written  ${file}`, ...notes]);
  }
  return exitCodes.passed;
}
