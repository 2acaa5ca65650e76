import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { ControlPlaneOptions } from "../src/boot/control-plane-options.ts";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { provideEngine } from "../src/engine/binary/provide-engine.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { mapLimit } from "../src/util/map-limit.ts";
import { buildE2e, findKubernetes } from "./conformance/build-e2e.ts";
import { type KubectlOutcome, prepareKubectlSuite } from "./conformance/kubectl-functions.ts";
import { conformancePage, kubectlPage } from "./conformance/page.ts";
import { readSimulatedResults, realNodePage } from "./conformance/real-node-page.ts";
import { readReasons } from "./conformance/reasons.ts";
import { openResultsFile, type ResultsFile } from "./conformance/results-file.ts";
import { runSpec, type SpecOutcome } from "./conformance/run-spec.ts";
import { listSpecs, type Spec } from "./conformance/spec.ts";
import { buildTestImages } from "./conformance/test-images.ts";

const usage = `Runs Kubernetes' conformance tests and kubectl's command tests against the engine.

node bench/conformance.ts [--suite e2e|kubectl] [--focus TEXT …] [--jobs N] [--engine PATH] [--results FILE]
node bench/conformance.ts --real-node [--focus TEXT …] [--jobs N] [--engine PATH] [--results FILE]

A suite that runs without --focus writes its page, docs/conformance.md or docs/kubectl-tests.md. Both take about an hour on
two cores. Exits with 1 when a test fails whose reason is not in bench/conformance/reasons.yaml. --results keeps every
outcome in a file; tests that it has are not run again. Needs Go, bash, curl, GNU sed, jq and openssl.

--real-node runs the conformance tests on a real node that do not pass on simulated ones, by docs/conformance.md, and
writes docs/conformance-real-node.md. Needs what a real node needs, and apt-get and busybox-static of Debian.`;

const docs = fileURLToPath(new URL("../docs", import.meta.url));

const { values } = parseArgs({
  options: {
    help: { type: "boolean" },
    suite: { type: "string" },
    focus: { type: "string", multiple: true, default: [] },
    jobs: { type: "string", default: "4" },
    engine: { type: "string" },
    results: { type: "string" },
    limit: { type: "string", default: "7m" },
    "real-node": { type: "boolean", default: false },
  },
});
const isReal = values["real-node"];
if (values.help) {
  console.log(usage);
} else {
  const results = await openResultsFile(values.results);
  const options = { jobs: Number(values.jobs), enginePath: await findEnginePath(), results };
  await using dir = await makeTempDir("seatrial-conformance-");
  if (values["real-node"] || values.suite !== "kubectl") await runE2e(dir.path, options);
  if (!values["real-node"] && values.suite !== "e2e") await runKubectl(dir.path, options);
  process.exitCode = await conclude(results);
}

interface RunOptions {
  jobs: number;
  enginePath: string;
  results: ResultsFile;
}

function isChosen(name: string, done: readonly { name: string }[]): boolean {
  if (done.some((one) => one.name === name)) return false;
  return values.focus.length === 0 || values.focus.some((text) => name.includes(text));
}

async function findEnginePath(): Promise<string> {
  return values.engine === undefined ? (await provideEngine()).path : resolve(values.engine);
}

async function runE2e(dir: string, { jobs, enginePath, results }: RunOptions): Promise<void> {
  console.error("building Kubernetes' e2e tests …");
  const { e2e, sources } = await buildE2e(dir);
  const chosen = (await listSpecs(sources)).filter(({ name }) => isChosen(name, results.specs));
  const { notPassed } = await readSimulatedResults();
  const specs = chosen.filter(({ name }) => !isReal || values.focus.length > 0 || notPassed.has(name));
  await using plane = await startControlPlane({ enginePath, ...(await nodeOptions(dir, e2e, sources)) });
  const run = (spec: Spec) => runSpec(e2e, plane.kubeconfigPath, spec, values.limit);
  // What fails next to others on a real node, which is a machine's, shows nothing before it fails alone.
  const again: Spec[] = [];
  const runShared = async (spec: Spec) => {
    const outcome = await run(spec);
    if (isReal && jobs > 1 && !outcome.passed) {
      report(outcome);
      again.push(spec);
    } else await keep(results, outcome);
  };
  await mapLimit(
    specs.filter(({ serial }) => !serial),
    jobs,
    runShared,
  );
  for (const spec of again) await keep(results, { ...(await run(spec)), wasAlone: true });
  for (const spec of specs.filter(({ serial }) => serial)) await keep(results, await run(spec));
}

async function nodeOptions(dir: string, e2e: string, sources: string): Promise<ControlPlaneOptions> {
  // The specs wait as long as their containers say.
  if (!isReal) return { simulation: { timeScale: 1 } };
  console.error("building the images of the tests …");
  const imageDir = join(dir, "images");
  await mkdir(imageDir);
  return { realNode: { images: [await buildTestImages(imageDir, e2e, sources)] }, startTimeout: "5m" };
}

async function runKubectl(dir: string, { jobs, enginePath, results }: RunOptions): Promise<void> {
  const { sources } = await findKubernetes();
  const suite = await prepareKubectlSuite(dir, sources, enginePath);
  const functions = suite.functions.filter((name) => isChosen(name, results.functions));
  await mapLimit(functions, jobs, async (name) => keep(results, await suite.run(name)));
}

function isWhole(suite: string): boolean {
  return !isReal && values.focus.length === 0 && (values.suite ?? suite) === suite;
}

function report({ passed, seconds, name }: SpecOutcome | KubectlOutcome): void {
  console.error(`${passed ? "passed" : "FAILED"} ${seconds.toFixed(1)} s ${name}`);
}

async function keep(results: ResultsFile, outcome: SpecOutcome | KubectlOutcome): Promise<void> {
  report(outcome);
  await results.add(outcome);
}

async function conclude(results: ResultsFile): Promise<number> {
  const { specs, functions } = results;
  const reasons = await readReasons();
  const { version } = await findKubernetes();
  if (isReal && values.focus.length === 0) {
    const page = realNodePage(version, specs, await readSimulatedResults(), reasons);
    await writeFile(join(docs, "conformance-real-node.md"), page);
  }
  if (isWhole("e2e")) await writeFile(join(docs, "conformance.md"), conformancePage(version, specs, reasons));
  if (isWhole("kubectl")) await writeFile(join(docs, "kubectl-tests.md"), kubectlPage(version, functions, reasons));
  const unexplained = [
    ...specs.filter((spec) => !spec.passed && reasons.find(isReal ? "realNode" : "e2e", spec) === undefined),
    ...functions.filter((one) => !one.passed && reasons.find("kubectl", one) === undefined),
  ];
  for (const { name, failure } of unexplained) console.log(`\n${name}\n${failure}`);
  const passed = functions.filter((one) => one.passed || one.passedAsUpstream === true);
  console.log(`${specs.filter((spec) => spec.passed).length} of ${specs.length} conformance tests passed`);
  console.log(`${passed.length} of ${functions.length} functions of kubectl's tests passed`);
  console.log(`${unexplained.length} failures are not explained in bench/conformance/reasons.yaml`);
  return unexplained.length === 0 ? 0 : 1;
}
