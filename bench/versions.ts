// Compares this checkout with another one by turns, in the same run: `node bench/versions.ts PATH`. Both must be built
// (`npm ci`) and have an engine (`npx seatrial engine build`).
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { makeChartRepository } from "./support/chart-repository.ts";
import { ownChart, repositoryRoot } from "./support/charts.ts";
import { type Contender, contest, timed } from "./support/contest.ts";
import { writeHookChart } from "./support/hook-chart.ts";
import { describeLoad } from "./support/machine.ts";
import { contestTable } from "./support/table.ts";

type Library = typeof import("../src/index.ts");

const [other] = process.argv.slice(2);
if (other === undefined) throw new Error("usage: node bench/versions.ts PATH, the path of another checkout");

const web = ownChart("web");
await using dir = await makeTempDir("seatrial-bench-");
const hooks = await writeHookChart(dir.path);
const repository = await makeChartRepository(dir.path, { count: 40, sources: [] });
const [before, after] = await Promise.all([
  open("the other checkout", resolve(other)),
  open("this one", repositoryRoot),
]);
try {
  await compare("Boot", 8, ({ library }) => timed(async () => (await library.startControlPlane()).stop()));
  await compare("Render charts/web", 60, ({ library, controlPlane }) =>
    timed(() => library.templateChart(web, { controlPlane })),
  );
  await compare("Dry run of charts/web", 20, ({ library, controlPlane }) =>
    timed(() => library.dryRunChart(web, { controlPlane })),
  );
  await compare("Install, wait for and uninstall charts/web", 15, ({ library, controlPlane }) =>
    timed(async () => {
      await using _release = await library.installChart(web, { controlPlane, wait: true });
    }),
  );
  await compare(
    "Install, upgrade and uninstall a chart with 8 hooks, of which 2 are Jobs",
    8,
    ({ library, controlPlane }) =>
      timed(async () => {
        await using release = await library.installChart(hooks, { controlPlane, wait: true });
        await release.upgrade({ wait: true });
      }),
  );
} finally {
  await Promise.all([before, after].map(({ controlPlane }) => controlPlane.stop()));
}
await compare("`seatrial check` of charts/store and charts/web", 5, ({ root }) =>
  timed(() => execa(process.execPath, [join(root, "bin/seatrial.js"), "check", ownChart("store"), web, "--jobs", "1"])),
);
await compare("`seatrial diff` of 40 charts", 5, ({ root }) =>
  timed(async () => {
    const args = [join(root, "bin/seatrial.js"), "diff", "--since", "HEAD~1"];
    const { exitCode, stderr } = await execa(process.execPath, args, { cwd: repository.path, reject: false });
    if (exitCode !== 1) throw new Error(`seatrial diff exited with ${exitCode}: ${stderr}`);
  }),
);

/** A checkout's own library, from its `dist`, and a control plane of its own engine. */
async function open(name: string, root: string) {
  const library = (await import(pathToFileURL(join(root, "dist/index.js")).href)) as Library;
  return { name, root, library, controlPlane: await library.startControlPlane() };
}

async function compare(title: string, runs: number, work: (checkout: typeof before) => Promise<number>): Promise<void> {
  const contenders: Contender[] = [before, after].map((checkout) => ({
    name: checkout.name,
    run: () => work(checkout),
  }));
  const rows = await contest(contenders, { runs, warmups: 2 });
  console.log(`## ${title} (${runs} runs)\n\n${contestTable(rows)}\n\n${describeLoad()} after\n`);
}
