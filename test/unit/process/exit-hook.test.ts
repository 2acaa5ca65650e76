import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { isRunning } from "../../../src/process/process-group.ts";
import { pollUntil } from "../../../src/util/poll.ts";
import { repositoryPath } from "../../helpers/repository/repository-path.ts";

const hook = repositoryPath("src/process/exit-hook.ts");
const slowDeath = repositoryPath("test/programs/slow-death.mjs");

/** A program with an engine and four writers in its data directory, which prints the id of its engine and then runs `end`. */
function programWithEngine(dataDir: string, end: string): string {
  return `
    import { spawn } from "node:child_process";
    import { once } from "node:events";
    import { readdirSync } from "node:fs";
    import { setTimeout as delay } from "node:timers/promises";
    import { killOnExit } from ${JSON.stringify(hook)};
    const engine = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    await once(engine, "spawn");
    killOnExit(engine.pid, ${JSON.stringify(dataDir)});
    for (let i = 0; i < 4; i++)
      spawn(process.execPath, ${JSON.stringify([slowDeath, dataDir])}, { stdio: "ignore" });
    while (readdirSync(${JSON.stringify(dataDir)}).length < 100) await delay(1);
    console.log(engine.pid);
    ${end}
  `;
}

describe.skipIf(process.platform === "win32")("a process that ends", () => {
  it("removes the data of its engine although files are still being created in it", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "st-exit-"));
    await execa(process.execPath, ["--input-type=module", "--eval", programWithEngine(dataDir, "process.exit(0);")]);
    expect(existsSync(dataDir)).toBe(false);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s removes the data of its engine although a second one follows",
    async (signal) => {
      const dataDir = await mkdtemp(join(tmpdir(), "st-exit-"));
      const program = programWithEngine(dataDir, "setInterval(() => {}, 1000);");
      const run = execa(process.execPath, ["--input-type=module", "--eval", program], { reject: false });
      const [line] = await once(run.stdout, "data");
      const enginePid = Number(line);
      run.kill(signal);
      const isKilled = () => (isRunning(enginePid) ? undefined : true);
      await pollUntil(isKilled, { timeoutMs: 10_000, intervalMs: 1, waitingFor: "the engine to be killed" });
      run.kill(signal);
      expect((await run).signal).toBe(signal);
      expect(existsSync(dataDir)).toBe(false);
    },
  );
});
