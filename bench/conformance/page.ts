import { markdownTable } from "../support/table.ts";
import type { KubectlOutcome } from "./kubectl-functions.ts";
import type { KnownReasons, Reason } from "./reasons.ts";
import type { SpecOutcome } from "./run-spec.ts";

/** The results of both suites. */
export interface ConformanceResults {
  kubernetesVersion: string;
  specs: SpecOutcome[];
  functions: KubectlOutcome[];
}

/** The text of `docs/conformance.md`. */
export function conformancePage(
  { kubernetesVersion, specs, functions }: ConformanceResults,
  reasons: KnownReasons,
): string {
  const explained = specs.map((spec) => ({ ...spec, why: spec.passed ? undefined : reasons.find("e2e", spec) }));
  const passed = explained.filter((spec) => spec.passed);
  const passedFunctions = functions.filter((one) => one.passed);
  const passedWithoutNodes = functions.filter((one) => one.passed || one.passedWithoutNodes === true);
  return `${[
    "# Conformance",
    `What Kubernetes' own tests of ${kubernetesVersion} say about the control plane with simulated Pods. \`npm exec -- node bench/conformance.ts\` builds the tests from the engine's own modules, runs them and writes this page. It is a check before a release and not a part of \`npm test\`.`,
    `- ${passed.length} of ${specs.length} conformance tests pass. ${count(explained, "container")} need a program, a network or a file in a container, which a simulated Pod does not have. ${count(explained, "differs")} differ for another reason, which is given below.`,
    `- ${passedFunctions.length} of ${functions.length} functions of kubectl's command tests (\`test/cmd\`) pass with the default configuration. Upstream runs them without a kubelet, for a single Node that nothing reports about: with \`simulation: { nodes: 0 }\`, ${passedWithoutNodes.length} pass.`,
    "A test that passes shows that the API server, the controllers, the scheduler and the simulated kubelet did what the test looks at. It does not show that a container ran.",
    "## By SIG",
    sigTable(explained),
    "## Conformance tests that do not pass",
    ...reasonSections(explained.filter((spec) => !spec.passed)),
    "## Conformance tests that pass",
    list(passed),
    "## kubectl's command tests",
    ...reasonSections(
      functions.filter((one) => !one.passed).map((one) => ({ ...one, why: reasons.find("kubectl", one) })),
    ),
    "### Functions that pass",
    list(passedFunctions),
  ].join("\n\n")}\n`;
}

type Explained<Test> = Test & { why: Reason | undefined };

function count(specs: Explained<SpecOutcome>[], kind: Reason["kind"]): number {
  return specs.filter((spec) => !spec.passed && (spec.why?.kind ?? "differs") === kind).length;
}

function sigTable(specs: Explained<SpecOutcome>[]): string {
  const sigs = [...new Set(specs.map(({ sig }) => sig))].sort();
  const row = (name: string, ofSig: Explained<SpecOutcome>[]) => [
    name,
    `${ofSig.filter(({ passed }) => passed).length}`,
    `${count(ofSig, "container")}`,
    `${count(ofSig, "differs")}`,
  ];
  const rows = sigs.map((sig) =>
    row(
      sig,
      specs.filter((spec) => spec.sig === sig),
    ),
  );
  return markdownTable(["", "passed", "needs a container", "differs"], [...rows, row("all", specs)]);
}

function reasonSections(failed: Explained<{ name: string }>[]): string[] {
  const groups = new Map<string, Explained<{ name: string }>[]>();
  for (const one of failed) {
    const title = one.why === undefined ? "Not explained yet" : one.why.reason;
    groups.set(title, [...(groups.get(title) ?? []), one]);
  }
  const sorted = [...groups].sort(([, one], [, other]) => other.length - one.length);
  return sorted.flatMap(([reason, members]) => [`### ${kindOf(members)}: ${members.length}`, reason, list(members)]);
}

function kindOf([first]: Explained<unknown>[]): string {
  return first?.why?.kind === "container" ? "Needs a container" : "Differs";
}

function list(tests: readonly { name: string }[]): string {
  return tests.map(({ name }) => `- \`${name}\``).join("\n");
}
