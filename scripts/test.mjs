// Runs everything that must pass, each part even when an earlier one failed, and ends with the count of all tests.
// `node scripts/test.mjs` runs all parts; names after it run only those, as in `node scripts/test.mjs go unit`.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";

const root = new URL("..", import.meta.url).pathname;
const resultsDir = await mkdtemp(join(tmpdir(), "seatrial-results-"));
const totals = { passed: 0, failed: 0, skipped: 0 };
const failedParts = [];

const parts = {
  lint: () => run("npm", ["run", "--silent", "lint"]),
  build: () => run("npm", ["run", "--silent", "build"]),
  unit: () => vitest("unit"),
  engine: () => run(process.execPath, ["bin/seatrial.js", "engine", "build"]),
  go: goTests,
  plane: () => vitest("plane", "charts"),
  acceptance: () => vitest("acceptance"),
  reliability: () => vitest("reliability"),
  sandbox: sandboxTests,
};

const asked = process.argv.slice(2);
for (const name of asked.length === 0 ? Object.keys(parts) : asked) {
  const part = parts[name];
  if (part === undefined) throw new Error(`unknown part ${name}; there are ${Object.keys(parts).join(", ")}`);
  console.log(`\n── ${name} ──`);
  if (!(await part())) failedParts.push(name);
}
await rm(resultsDir, { recursive: true });

// A part that failed without a failed test, such as lint or a crash, counts as one.
if (failedParts.length > 0 && totals.failed === 0) totals.failed = failedParts.length;
if (failedParts.length > 0) console.log(`\nFailed: ${failedParts.join(", ")}`);
const skipped = totals.skipped === 0 ? "" : `, ${totals.skipped} skipped`;
console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = failedParts.length === 0 && totals.passed > 0 ? 0 : 1;

async function run(file, args) {
  const { exitCode } = await execa(file, args, { cwd: root, stdio: "inherit", reject: false });
  return exitCode === 0;
}

async function vitest(...projects) {
  const outputFile = join(resultsDir, `${projects.join("-")}.json`);
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${outputFile}`];
  for (const project of projects) args.push("--project", project);
  const { exitCode } = await execa("vitest", args, { cwd: root, stdio: "inherit", reject: false, preferLocal: true });
  const results = await readFile(outputFile, "utf8").then(JSON.parse, () => undefined);
  if (results === undefined) return false;
  totals.passed += results.numPassedTests;
  totals.failed += results.numFailedTests;
  totals.skipped += results.numPendingTests + results.numTodoTests;
  return exitCode === 0 && results.numPassedTests > 0;
}

// Where gVisor cannot run, its tests count as skipped, and nobody is left to believe that they ran.
async function sandboxTests() {
  const { findGvisor } = await import("../test/helpers/sandbox/gvisor.ts");
  const { reason } = await findGvisor();
  if (reason === undefined) return vitest("sandbox");
  const before = { ...totals };
  await vitest("sandbox");
  const count = totals.skipped - before.skipped;
  const rule = "━".repeat(78);
  const lines = [
    rule,
    `SKIPPED: ${count} tests in gVisor, because this machine cannot run it.`,
    `Reason: ${reason}`,
    "Not run: `seatrial check charts` and `seatrial doctor` as an unprivileged user,",
    "without capabilities, without network, on a read-only file system.",
    rule,
  ];
  console.log(lines.join("\n"));
  return count > 0 && totals.failed === before.failed;
}

async function goTests() {
  const cwd = join(root, "engine");
  // The flags of the engine's build: with others Go compiles all of Kubernetes a second time.
  const env = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" };
  const flags = ["-trimpath", "-buildvcs=false"];
  const go = (args, stdout) => execa("go", args, { cwd, env, stdout, stderr: "inherit", reject: false });
  const vet = await go(["vet", ...flags, "./..."], "inherit");
  const tests = go(["test", ...flags, "-json", "./..."], "pipe");
  const output = new Map();
  // Read line by line, because the output of a long run does not come to an end for minutes.
  for await (const line of createInterface({ input: tests.stdout })) report(line, output);
  const { exitCode } = await tests;
  return vet.exitCode === 0 && exitCode === 0;
}

// One line of `go test -json`: counts tests, and shows the output of those that fail.
function report(line, output) {
  if (!line.startsWith("{")) return console.log(line);
  const { Action: action, Package: name, Test: test, Output: text, Elapsed: seconds } = JSON.parse(line);
  const key = `${name} ${test ?? ""}`;
  if (action === "output" || action === "build-output") output.set(key, (output.get(key) ?? "") + text);
  if (test === undefined) {
    if (action === "fail") console.log(`✗ ${name}\n${output.get(key) ?? ""}`);
    if (action === "pass") console.log(`✓ ${name} ${seconds} s`);
    return;
  }
  if (action === "pass") totals.passed++;
  if (action === "skip") totals.skipped++;
  if (action === "fail") {
    totals.failed++;
    console.log(`✗ ${name} ${test}\n${output.get(key) ?? ""}`);
  }
}
