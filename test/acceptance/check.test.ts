import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const seatrial = (...args: string[]) =>
  execa(process.execPath, ["bin/seatrial.js", ...args], { cwd: root, reject: false, env: { NO_COLOR: "1" } });

describe("seatrial check", () => {
  it("passes the bundled charts with exit code 0", async () => {
    const { exitCode, stdout } = await seatrial("check", "charts", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 });
  });

  it("fails a chart that the API server refuses with exit code 1 and names the field", async () => {
    const { exitCode, stdout } = await seatrial("check", "fixtures/charts/port-out-of-range");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("spec.ports[0].port");
    expect(stdout).toContain("port-out-of-range/templates/service.yaml");
  });

  it("ends with exit code 2 for a path that is no chart", async () => {
    const { exitCode, stderr } = await seatrial("check", "nowhere");
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "error: nowhere is no chart: there is nothing at this path\nHint: name a chart's folder, a .tgz, a folder that contains charts, or a glob",
    );
  });

  it("ends with exit code 2 for an unknown option and names the nearest", async () => {
    const { exitCode, stderr } = await seatrial("check", "--jbos", "2");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Did you mean --jobs?");
  });

  it("ends with exit code 3 for an engine that cannot be executed", async () => {
    const { exitCode } = await execa(process.execPath, ["bin/seatrial.js", "check", "charts"], {
      cwd: root,
      reject: false,
      env: { SEATRIAL_ENGINE: "package.json" },
    });
    expect(exitCode).toBe(3);
  });
});
