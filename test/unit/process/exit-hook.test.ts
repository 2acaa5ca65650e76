import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { repositoryPath } from "../../helpers/repository-path.ts";

const hook = repositoryPath("src/process/exit-hook.ts");
const slowDeath = repositoryPath("test/programs/slow-death.mjs");

it.skipIf(process.platform === "win32")(
  "a process that ends removes the data of its engine although files are still being created in it",
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "st-exit-"));
    const program = `
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
      process.exit(0);
    `;
    await execa(process.execPath, ["--input-type=module", "--eval", program]);
    expect(existsSync(dataDir)).toBe(false);
  },
);
