import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { runCli, stable } from "../helpers/run-cli.ts";

const good = () => writeChart({ "templates/a.yaml": configMap("a"), "ci/list-values.yaml": "- 1\n" }, "good");

describe("seatrial check with bad input", () => {
  it.each([
    [
      ["nowhere"],
      "error: nowhere is not a chart: nothing exists at this path\nHint: name a chart's directory, a .tgz, a directory that contains charts, or a glob",
    ],
    [
      ["empty"],
      "error: No chart was found at or below empty\nHint: a chart is a directory with a Chart.yaml; looked below <cwd>",
    ],
    [
      [""],
      "error: The path of a chart is empty\nHint: a shell variable without a value may be the reason; `.` is the working directory",
    ],
    [
      ["good", "--set", "hosts=a,b"],
      'error: --set hosts=a,b: "b" has no value: write \\, for a comma in a value, or {a,b} for a list',
    ],
    [
      ["good", "--filter", "godo"],
      'error: Nothing to check: none of 2 cases matches "godo"\nHint: cases are named like good/default, good/ci/list-values.yaml',
    ],
    [["good", "--timeout", "5"], 'error: --timeout must be a duration such as "30s" or "5m0s", got "5"'],
    [
      ["good", "--jbos", "2"],
      "error: unknown option '--jbos'\n(Did you mean --jobs?)\nRun `seatrial --help` for the commands and options.",
    ],
  ])("exits with 2 for %j and starts nothing", async (args, message) => {
    const cwd = dirname(await good());
    await mkdir(join(cwd, "empty"));
    const { exitCode, stdout, stderr } = await runCli(["check", ...args], {
      cwd,
      env: { SEATRIAL_ENGINE: "/nowhere" },
    });
    expect({ exitCode, stdout, stderr: stderr.replaceAll(cwd, "<cwd>") }).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: message,
    });
  });

  it("blames the chart for its own values file that is not a mapping", async () => {
    const chart = await good();
    const { exitCode, stdout } = await runCli(["check", "good", "--filter", "list"], { cwd: dirname(chart) });
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "failed  good/ci/list-values.yaml <time>  lint: 1 error

      times in ms  lint  template  dry-run  install  test  upgrade  uninstall  leftovers  reinstall
      good 0.1.0
        ci/list-values.yaml  FAIL <ms>  not run  not run  not run  not run  not run  not run  not run  not run

      good 0.1.0 (good)
        error  lint
          message  failed to parse good/ci/list-values.yaml: cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}
          reason   values
          at       good/ci/list-values.yaml

      failed: 1 chart, 1 case · 0 passed · 1 failed · 1 filtered out · 1 error, 0 warnings · <time>, control plane <time> · Kubernetes <version>, Helm <version>"
    `);
    expect(exitCode).toBe(1);
  });

  it("exits with 3 and names the engine that cannot be executed", async () => {
    const chart = await good();
    const { exitCode, stderr } = await runCli(["check", chart], { env: { SEATRIAL_ENGINE: "package.json" } });
    expect(stable(stderr)).toMatchInlineSnapshot(`
      "error: SEATRIAL_ENGINE points to <root>/package.json, which is not an executable file
      Hint: correct SEATRIAL_ENGINE, or unset it to use the engine that seatrial finds or builds"
    `);
    expect(exitCode).toBe(3);
  });

  it("exits with 3 and shows the last words of an engine that does not start, as JSON too", async () => {
    const chart = await good();
    const engine = join(dirname(chart), "engine");
    await writeFile(engine, "#!/bin/sh\necho no room left >&2\nexit 7\n");
    await chmod(engine, 0o755);
    const { exitCode, stdout, stderr } = await runCli(["check", chart, "--json"], { env: { SEATRIAL_ENGINE: engine } });
    const { error, ...report } = JSON.parse(stdout);
    expect(report).toMatchObject({ verdict: "errored", exitCode: 3, controlPlane: null, trials: [] });
    expect(error.code).toBe("SEATRIAL_ENGINE_EXITED");
    expect(error.message).toMatch(/exit code 7 after \d+ ms[\s\S]*no room left/);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
  });
});

describe("seatrial", () => {
  it("prints its help to stderr and exits with 2 when no command is given", async () => {
    const { exitCode, stdout, stderr } = await runCli([]);
    expect(stderr).toMatch(/^Usage: seatrial \[options\] \[command\]/);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  it("prints help and version to stdout and exits with 0", async () => {
    const help = await runCli(["check", "--help"]);
    expect(help.stdout).toMatch(/^Usage: seatrial check \[options\] \[paths\.\.\.\]/);
    expect({ ...help, stdout: "" }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect((await runCli(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("suggests the command that was meant", async () => {
    const { exitCode, stderr } = await runCli(["chekc"]);
    expect(stderr).toContain("error: unknown command 'chekc'\n(Did you mean check?)");
    expect(exitCode).toBe(2);
  });
});
