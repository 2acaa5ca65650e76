import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { bin, throwIfStale } from "../../helpers/run-cli.ts";

const hook = `data:text/javascript,
  import { writeSync } from "node:fs";
  import { registerHooks } from "node:module";
  registerHooks({ load: (url, context, next) => (writeSync(3, url + "\\n"), next(url, context)) });`;

/** The npm packages that a command of the compiled program loads. */
async function packagesOf(...args: string[]): Promise<string[]> {
  throwIfStale();
  const state = await makeTempDir();
  onTestFinished(state.remove);
  const { stdio } = await execa(process.execPath, ["--import", encodeURI(hook), bin, ...args], {
    env: { SEATRIAL_STATE_DIR: state.path, SEATRIAL_CACHE_DIR: state.path, SEATRIAL_ENGINE: process.execPath },
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    reject: false,
  });
  const urls = String(stdio[3]).trim().split("\n");
  expect(urls.some((url) => url.endsWith("/dist/cli/main.js"))).toBe(true);
  const names = urls.flatMap(
    (url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

describe("a command loads only the packages that it needs", () => {
  it.each([
    [["--version"]],
    [["--help"]],
    [["check", "--help"]],
    [["diff", "--help"]],
    [["status"]],
    [["env"]],
    [["down"]],
    [["chekc"]],
  ])("%j loads the reader of the command line alone", async (args) => {
    expect(await packagesOf(...args)).toEqual(["commander"]);
  });

  it.each([
    [["engine", "path"]],
    [["doctor"]],
    [["diff", "charts/web", "--from", "charts/web"]],
    [["kubectl", "version", "--client"]],
    [["helm", "version"]],
  ])("%j does not load the Kubernetes client", async (args) => {
    expect(await packagesOf(...args)).not.toContain("@kubernetes/client-node");
  });
});
