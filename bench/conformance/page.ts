import { markdownTable } from "../support/table.ts";
import type { KubectlOutcome } from "./kubectl-functions.ts";
import type { KnownReasons, Reason } from "./reasons.ts";
import type { SpecOutcome } from "./run-spec.ts";

/** The text of `docs/conformance.md`. */
export function conformancePage(kubernetesVersion: string, specs: SpecOutcome[], reasons: KnownReasons): string {
  const explained = specs.map((spec) => ({ ...spec, why: spec.passed ? undefined : reasons.find("e2e", spec) }));
  const passed = explained.filter((spec) => spec.passed);
  return toPage(
    "# Conformance",
    `What Kubernetes' conformance tests of ${kubernetesVersion} say about the control plane with simulated Pods. \`npm exec -- node bench/conformance.ts --suite e2e\` builds the tests from the engine's own modules, runs them and writes this page. It is a check before a release and not a part of \`npm test\`. [kubectl-tests.md](kubectl-tests.md) has the results of kubectl's command tests, and [conformance-real-node.md](conformance-real-node.md) those of the tests below that do not pass here on a real node.`,
    `${passed.length} of ${specs.length} conformance tests pass. ${count(explained, "container")} need a program, a network or a file in a container, which a simulated Pod does not have. ${count(explained, "differs")} differ for another reason, which is given below.`,
    "A test that passes shows that the API server, the controllers, the scheduler and the simulated kubelet did what the test looks at. It does not show that a container ran.",
    "## By SIG",
    sigTable(explained),
    "## Tests that do not pass",
    ...reasonSections(explained.filter((spec) => !spec.passed)),
    "## Tests that pass",
    list(passed),
  );
}

/** The text of `docs/kubectl-tests.md`. */
export function kubectlPage(kubernetesVersion: string, functions: KubectlOutcome[], reasons: KnownReasons): string {
  const passed = functions.filter((one) => one.passed);
  const passedAsUpstream = functions.filter((one) => !one.passed && one.passedAsUpstream === true);
  const failed = functions.filter((one) => !one.passed && one.passedAsUpstream !== true);
  return toPage(
    "# kubectl's command tests",
    `What the functions of kubectl's command tests (\`test/cmd\`) of Kubernetes ${kubernetesVersion} say about the control plane in its default configuration. \`npm exec -- node bench/conformance.ts --suite kubectl\` runs each function on a control plane of its own and writes this page. It is a check before a release and not a part of \`npm test\`.`,
    `${passed.length + passedAsUpstream.length} of ${functions.length} functions pass. Upstream runs them in a cluster without Nodes and StorageClasses, whose cluster IPs contain 10.0.0.0/24. A control plane of seatrial has three Nodes and two StorageClasses from its start, and cluster IPs of 10.96.0.0/16:`,
    [
      `- ${passed.length} functions pass with these objects.`,
      `- ${passedAsUpstream.length} functions pass after \`kubectl delete nodes,storageclasses --all\` and the creation of a ServiceCIDR with 10.0.0.0/24. The configuration of the control plane stays the default.`,
      `- ${failed.length} functions do not pass.`,
    ].join("\n"),
    "## Functions that do not pass",
    ...reasonSections(explain(failed, reasons)),
    "## Functions that pass with upstream's objects",
    ...reasonSections(explain(passedAsUpstream, reasons)),
    "## Functions that pass",
    list(passed),
  );
}

/** The text of a page of these blocks. */
export function toPage(...blocks: string[]): string {
  return `${blocks.join("\n\n")}\n`;
}

function explain(functions: KubectlOutcome[], reasons: KnownReasons): Explained<KubectlOutcome>[] {
  return functions.map((one) => ({ ...one, why: reasons.find("kubectl", one) }));
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

/** A section for each reason, with its tests; the longest is first. */
export function reasonSections(failed: Explained<{ name: string }>[]): string[] {
  const groups = new Map<string, Explained<{ name: string }>[]>();
  for (const one of failed) {
    const title = one.why === undefined ? "Not explained yet" : one.why.reason;
    groups.set(title, [...(groups.get(title) ?? []), one]);
  }
  const sorted = [...groups].sort(([, one], [, other]) => other.length - one.length);
  return sorted.flatMap(([reason, members]) => [`### ${kindOf(members)}: ${members.length}`, reason, list(members)]);
}

const kinds: Record<Reason["kind"], string> = {
  container: "Needs a container",
  image: "Needs an image",
  registry: "Needs a registry",
  differs: "Differs",
};

function kindOf([first]: Explained<unknown>[]): string {
  return kinds[first?.why?.kind ?? "differs"];
}

/** The names of tests as a list. */
export function list(tests: readonly { name: string }[]): string {
  return tests.map(({ name }) => `- \`${name}\``).join("\n");
}
