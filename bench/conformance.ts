import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { provideEngine } from "../src/engine/binary/provide-engine.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { mapLimit } from "../src/util/map-limit.ts";
import { buildE2e, findKubernetes } from "./conformance/build-e2e.ts";
import { type KubectlOutcome, prepareKubectlSuite } from "./conformance/kubectl-functions.ts";
import { conformancePage } from "./conformance/page.ts";
import { readReasons } from "./conformance/reasons.ts";
import { runSpec, type SpecOutcome } from "./conformance/run-spec.ts";
import { listSpecs } from "./conformance/spec.ts";

const usage = `Runs Kubernetes' conformance tests and kubectl's command tests against the engine.

node bench/conformance.ts [--suite e2e|kubectl] [--focus TEXT …] [--jobs N] [--engine PATH] [--results FILE]

Without --suite and --focus it runs everything (about 40 minutes on two cores) and writes docs/conformance.md. Exits with 1
when a test fails whose reason is not in bench/conformance/reasons.yaml. Needs Go, bash, curl, GNU sed, jq and openssl.`;

const page = fileURLToPath(new URL("../docs/conformance.md", import.meta.url));

const { values } = parseArgs({
  options: {
    help: { type: "boolean" },
    suite: { type: "string" },
    focus: { type: "string", multiple: true, default: [] },
    jobs: { type: "string", default: "4" },
    engine: { type: "string" },
    results: { type: "string" },
  },
});
if (values.help) {
  console.log(usage);
} else {
  const focused = (name: string) => values.focus.length === 0 || values.focus.some((text) => name.includes(text));
  const options = { jobs: Number(values.jobs), focused, enginePath: await findEnginePath() };
  await using dir = await makeTempDir("seatrial-conformance-");
  const { version } = await findKubernetes();
  const specs = values.suite === "kubectl" ? [] : await runE2e(dir.path, options);
  const functions = values.suite === "e2e" ? [] : await runKubectl(dir.path, options);
  const results = { kubernetesVersion: version, specs, functions };
  if (values.results !== undefined) await writeFile(values.results, JSON.stringify(results, undefined, 1));
  const reasons = await readReasons();
  if (values.suite === undefined && values.focus.length === 0) await writeFile(page, conformancePage(results, reasons));
  const unexplained = [
    ...specs.filter((spec) => !spec.passed && reasons.find("e2e", spec) === undefined),
    ...functions.filter((one) => !one.passed && reasons.find("kubectl", one) === undefined),
  ];
  for (const { name, failure } of unexplained) console.log(`\n${name}\n${failure}`);
  console.log(`${specs.filter((one) => one.passed).length} of ${specs.length} conformance tests passed`);
  console.log(
    `${functions.filter((one) => one.passed).length} of ${functions.length} functions of kubectl's tests passed`,
  );
  console.log(`${unexplained.length} failures are not explained in bench/conformance/reasons.yaml`);
  process.exitCode = unexplained.length === 0 ? 0 : 1;
}

interface RunOptions {
  jobs: number;
  enginePath: string;
  focused(name: string): boolean;
}

async function findEnginePath(): Promise<string> {
  return values.engine === undefined ? (await provideEngine()).path : resolve(values.engine);
}

async function runE2e(dir: string, { jobs, enginePath, focused }: RunOptions): Promise<SpecOutcome[]> {
  console.error("building Kubernetes' e2e tests …");
  const { e2e, sources } = await buildE2e(dir);
  const specs = (await listSpecs(sources)).filter(({ name }) => focused(name));
  await using plane = await startControlPlane({ enginePath });
  const run = async (spec: (typeof specs)[number]) => report(await runSpec(e2e, plane.kubeconfigPath, spec));
  return [
    ...(await mapLimit(
      specs.filter(({ serial }) => !serial),
      jobs,
      run,
    )),
    ...(await mapLimit(
      specs.filter(({ serial }) => serial),
      1,
      run,
    )),
  ];
}

async function runKubectl(dir: string, { jobs, enginePath, focused }: RunOptions): Promise<KubectlOutcome[]> {
  const { sources } = await findKubernetes();
  const suite = await prepareKubectlSuite(dir, sources, enginePath);
  return await mapLimit(suite.functions.filter(focused), jobs, async (name) => report(await suite.run(name)));
}

function report<Outcome extends { name: string; passed: boolean; seconds: number }>(outcome: Outcome): Outcome {
  console.error(`${outcome.passed ? "passed" : "FAILED"} ${outcome.seconds.toFixed(1)} s ${outcome.name}`);
  return outcome;
}
