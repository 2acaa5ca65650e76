import { readFile } from "node:fs/promises";
import { markdownTable } from "../support/table.ts";
import { list, reasonSections, toPage } from "./page.ts";
import type { KnownReasons } from "./reasons.ts";
import type { SpecOutcome } from "./run-spec.ts";

const simulatedPage = new URL("../../docs/conformance.md", import.meta.url);

/** What `docs/conformance.md` says about the conformance tests on simulated nodes. */
export interface SimulatedResults {
  /** The number of the tests that pass there. */
  passed: number;
  /** The names of the others. */
  notPassed: ReadonlySet<string>;
}

/** Reads the results from the page. */
export async function readSimulatedResults(): Promise<SimulatedResults> {
  const [, section = ""] = (await readFile(simulatedPage, "utf8")).split("## Tests that do not pass\n");
  const [notPassed = [], passed = []] = section.split("## Tests that pass\n").map(namesIn);
  return { passed: passed.length, notPassed: new Set(notPassed) };
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/^- `(.*)`$/gm)].map(([, name]) => name as string);
}

/** The text of `docs/conformance-real-node.md`. */
export function realNodePage(
  kubernetesVersion: string,
  specs: readonly SpecOutcome[],
  simulated: SimulatedResults,
  reasons: KnownReasons,
): string {
  const passed = specs.filter((spec) => spec.passed);
  const failed = specs.filter((spec) => !spec.passed);
  const alone = passed.filter((spec) => spec.wasAlone === true);
  const all = simulated.passed + simulated.notPassed.size;
  return toPage(
    "# Conformance with a real node",
    `What the conformance tests of Kubernetes ${kubernetesVersion} say about a control plane with a [real node](real-node.md). \`npm exec -- node bench/conformance.ts --real-node\` runs the ${simulated.notPassed.size} tests that do not pass on [simulated nodes](conformance.md), and writes this page.`,
    `${passed.length} of these ${specs.length} tests pass. Together with the ${simulated.passed} tests that pass on simulated nodes, and were not repeated here, these are ${simulated.passed + passed.length} of ${all}.`,
    "The command builds the images: agnhost, kitten, nautilus, nonewprivs and sample-apiserver from Kubernetes' own sources and etcd from its own, with programs of Debian where upstream takes those of Alpine; nginx and busybox from Debian. All tests run on one node. A test that fails next to others is run once more alone; its last result is given.",
    "## By SIG",
    sigTable(specs),
    "## Tests that do not pass",
    ...(failed.length === 0 ? ["None."] : []),
    ...reasonSections(failed.map((spec) => ({ ...spec, why: reasons.find("realNode", spec) }))),
    ...(alone.length === 0 ? [] : ["## Tests that pass only when they run alone", list(alone)]),
  );
}

function sigTable(specs: readonly SpecOutcome[]): string {
  const row = (name: string, ofSig: readonly SpecOutcome[]) => [
    name,
    `${ofSig.filter(({ passed }) => passed).length}`,
    `${ofSig.filter(({ passed }) => !passed).length}`,
  ];
  const sigs = [...new Set(specs.map(({ sig }) => sig))].sort();
  const rows = sigs.map((sig) =>
    row(
      sig,
      specs.filter((spec) => spec.sig === sig),
    ),
  );
  return markdownTable(["", "passed", "did not pass"], [...rows, row("all", specs)]);
}
