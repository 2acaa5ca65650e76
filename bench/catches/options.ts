import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";

export const usage = `Who catches which fault: seatrial and other tools on charts with one fault each.

node bench/catches.ts [CHART …] [--focus TEXT …] [--places N] [--tool NAME …] [--charts DIR …] [--engine PATH]
                      [--jobs N] [--results FILE] [--json FILE] [--markdown FILE]

CHART       further good charts, into which faults are put if those of this repository have no place for one
--focus     only faults whose name or group contains the text, and broken charts whose name does
--places    into how many charts each fault is put, 1 by default
--tool      only these other tools, besides Helm's own commands; "none" for none
--charts    good charts, a directory of charts or one chart: what tools say about them are false alarms
--jobs      how many charts seatrial tries at the same time
--results   keeps every outcome in a file; what it has is not tried again
--json      writes everything that was said
--markdown  writes the page docs/catches.md

Needs Go for the other tools, which are built once from the Go module proxy.`;

/** The options of this benchmark. */
export interface CatchesOptions {
  subjects: string[];
  focus: string[];
  places: number;
  tools: string[];
  charts: string[];
  enginePath: string;
  jobs: number | undefined;
  results: string | undefined;
  json: string | undefined;
  markdown: string | undefined;
}

/** Reads the command line; `undefined` if it asks for help. */
export async function readCatchesOptions(args = process.argv.slice(2)): Promise<CatchesOptions | undefined> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: "boolean" },
      focus: { type: "string", multiple: true, default: [] },
      places: { type: "string", default: "1" },
      tool: { type: "string", multiple: true, default: [] },
      charts: { type: "string", multiple: true, default: [] },
      engine: { type: "string" },
      jobs: { type: "string" },
      results: { type: "string" },
      json: { type: "string" },
      markdown: { type: "string" },
    },
  });
  if (values.help === true) return undefined;
  const places = Number(values.places);
  if (!Number.isInteger(places) || places < 1) throw new Error(`--places ${values.places} is not a number of charts`);
  return {
    subjects: positionals.map((path) => resolve(path)),
    focus: values.focus,
    places,
    tools: values.tool,
    charts: values.charts.map((path) => resolve(path)),
    enginePath: values.engine === undefined ? (await provideEngine()).path : resolve(values.engine),
    jobs: values.jobs === undefined ? undefined : Number(values.jobs),
    results: values.results,
    json: values.json,
    markdown: values.markdown,
  };
}
