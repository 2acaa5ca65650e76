// Runs everything that must pass, each part even when an earlier one failed, and ends with the count of all tests.
// Linters and the tests of Go run at the same time as other parts.
// `node scripts/test.mjs` runs everything; names after it run only those parts, as in `node scripts/test.mjs go unit`.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { olderVersion } from "../test/helpers/engine/older-version.ts";

const root = new URL("..", import.meta.url).pathname;
const resultsDir = await mkdtemp(join(tmpdir(), "seatrial-results-"));
const totals = { passed: 0, failed: 0, skipped: 0 };
const failedParts = [];

const parts = {
  build: () => run("npm", ["run", "--silent", "build"]),
  lint: (print) => runQuietly(["lint", "lint:api", "lint:package"], print),
  unit: () => vitest(["unit"]),
  engine: () => buildEngine(),
  "older-engine": () => buildEngine("--kube-version", olderVersion),
  go: goTests,
  // In one run of vitest, so that no core waits for the last file of one project before the next project begins.
  planes: () => providerTests(["plane", "charts", "providers", "acceptance", "reliability", "reliability-crowds"]),
  plane: () => vitest(["plane", "charts"]),
  providers: () => providerTests(["providers"]),
  acceptance: () => vitest(["acceptance"]),
  reliability: () => vitest(["reliability", "reliability-crowds"]),
  sandbox: sandboxTests,
};
// Before the tests of control planes: a first build takes all cores for minutes.
const all = ["build", "lint", "unit", "engine", "older-engine", "go", "planes", "sandbox"];

// These compute, while the parts after them mostly wait. Their output follows when both have ended.
const concurrent = new Set(["lint", "go"]);
const running = new Set();

const asked = process.argv.slice(2);
for (const name of asked) {
  if (parts[name] === undefined) throw new Error(`unknown part ${name}; there are ${Object.keys(parts).join(", ")}`);
}
for (const name of asked.length === 0 ? all : asked) {
  if (concurrent.has(name)) {
    console.log(`\n── ${name} runs at the same time as the next parts ──`);
    running.add(startConcurrently(name));
    continue;
  }
  console.log(`\n── ${name} ──`);
  if (!(await parts[name]())) failedParts.push(name);
  for (const part of running) if (part.hasEnded) await show(part);
}
for (const part of running) await show(part);
await rm(resultsDir, { recursive: true });

// A part that failed without a failed test, such as lint or a crash, counts as one.
if (failedParts.length > 0 && totals.failed === 0) totals.failed = failedParts.length;
if (failedParts.length > 0) console.log(`\nFailed: ${failedParts.join(", ")}`);
const skipped = totals.skipped === 0 ? "" : `, ${totals.skipped} skipped`;
console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = failedParts.length === 0 && totals.passed > 0 ? 0 : 1;

function startConcurrently(name) {
  const startedAt = performance.now();
  const lines = [];
  const part = { name, lines, hasEnded: false };
  part.result = parts[name]((line) => lines.push(line))
    .catch((error) => lines.push(error.stack) && false)
    .finally(() => {
      part.hasEnded = true;
      part.seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    });
  return part;
}

async function show(part) {
  const passed = await part.result;
  running.delete(part);
  console.log(`\n── ${part.name}, ${part.seconds} s ──\n${part.lines.join("\n")}`);
  if (!passed) failedParts.push(part.name);
}

/** Runs scripts of the package one after the other, also after one that fails. */
async function runQuietly(scripts, print) {
  let passed = true;
  for (const script of scripts) {
    const options = { cwd: root, stdin: "ignore", all: true, reject: false };
    const { exitCode, all } = await execa("npm", ["run", "--silent", script], options);
    if (all !== "") print(all);
    passed &&= exitCode === 0;
  }
  return passed;
}

async function run(file, args) {
  const { exitCode } = await execa(file, args, { cwd: root, stdio: "inherit", reject: false });
  return exitCode === 0;
}

function buildEngine(...options) {
  return run(process.execPath, ["bin/seatrial.js", "engine", "build", ...options]);
}

async function vitest(projects, onSkipped) {
  const outputFile = join(resultsDir, `${projects.join("-")}.json`);
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${outputFile}`];
  for (const project of projects) args.push("--project", project);
  const { exitCode } = await execa("vitest", args, { cwd: root, stdio: "inherit", reject: false, preferLocal: true });
  const results = await readFile(outputFile, "utf8").then(JSON.parse, () => undefined);
  if (results === undefined) return false;
  totals.passed += results.numPassedTests;
  totals.failed += results.numFailedTests;
  const skipped = results.numPendingTests + results.numTodoTests;
  totals.skipped += skipped;
  onSkipped?.(skipped, results.testResults);
  return exitCode === 0 && (results.numPassedTests > 0 || (onSkipped !== undefined && skipped > 0));
}

// Where gVisor cannot run, its tests are skipped, and a block of text says that they did not run.
async function sandboxTests() {
  const { findGvisor } = await import("../test/helpers/sandbox/gvisor.ts");
  const { reason } = await findGvisor();
  if (reason === undefined) return vitest(["sandbox"]);
  let count = 0;
  const passed = await vitest(["sandbox"], (skipped) => {
    count = skipped;
  });
  printSkipped(`${count} tests in gVisor, because this machine cannot run it.`, reason, [
    "Not run: `seatrial check charts` and `seatrial doctor` as an unprivileged user,",
    "without capabilities, without network, on a read-only file system.",
  ]);
  return passed;
}

// Where there is no container engine, or no real node can run, their tests are skipped, and a block of text says so.
async function providerTests(projects) {
  const { findDocker } = await import("../test/helpers/providers/docker/find-docker.ts");
  const { whyNotTested } = await import("../test/helpers/real-node/find-real-node.ts");
  const { reason: noDocker } = await findDocker();
  const noNode = await whyNotTested();
  let files = [];
  const passed = await vitest(projects, (_skipped, tested) => {
    files = tested;
  });
  const countOf = (pattern) =>
    files
      .filter(({ name }) => pattern.test(name))
      .reduce((sum, { assertionResults }) => sum + assertionResults.length, 0);
  if (noDocker !== undefined) {
    const count = countOf(/test\/providers\/container\.test\.ts$/);
    printSkipped(`${count} tests of the provider container, because this machine cannot run containers.`, noDocker, [
      "Not run: K3s by testcontainers: start, wait, kubeconfig, images, logs, reuse, two runs at once,",
      "a start that fails, a runner that is killed, stop.",
    ]);
  }
  if (noNode !== undefined) {
    const count = countOf(/test\/providers\/real-node[^/]*\.test\.ts$/);
    printSkipped(`${count} tests of real nodes, because this machine cannot run one.`, noNode, [
      "Not run: Pods in real containers on the engine's own control plane, and that nothing is left of them.",
    ]);
  }
  return passed;
}

function printSkipped(what, reason, lines) {
  const rule = "━".repeat(78);
  console.log([rule, `SKIPPED: ${what}`, `Reason: ${reason}`, ...lines, rule].join("\n"));
}

async function goTests(print) {
  const cwd = join(root, "engine");
  // The flags of the engine's build: with others Go compiles all of Kubernetes a second time.
  const env = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" };
  const flags = ["-trimpath", "-buildvcs=false"];
  const options = { cwd, env, stdin: "ignore", all: true, reject: false };
  const vet = await execa("go", ["vet", ...flags, "./..."], options);
  if (vet.all !== "") print(vet.all);
  // Everything is vetted already.
  const tests = execa("go", ["test", ...flags, "-vet=off", "-json", "./..."], { ...options, all: false });
  const output = new Map();
  // Read line by line: a long run takes minutes.
  for await (const line of createInterface({ input: tests.stdout })) report(line, output, print);
  const { exitCode, stderr } = await tests;
  if (stderr !== "") print(stderr);
  return vet.exitCode === 0 && exitCode === 0;
}

// One line of `go test -json`: counts tests, and shows the output of those that fail.
function report(line, output, print) {
  if (!line.startsWith("{")) return print(line);
  const { Action: action, Package: name, Test: test, Output: text, Elapsed: seconds } = JSON.parse(line);
  const key = `${name} ${test ?? ""}`;
  if (action === "output" || action === "build-output") output.set(key, (output.get(key) ?? "") + text);
  if (test === undefined) {
    if (action === "fail") print(`✗ ${name}\n${output.get(key) ?? ""}`);
    if (action === "pass") print(`✓ ${name} ${seconds} s`);
    return;
  }
  if (action === "pass") totals.passed++;
  if (action === "skip") totals.skipped++;
  if (action === "fail") {
    totals.failed++;
    print(`✗ ${name} ${test}\n${output.get(key) ?? ""}`);
  }
}
