// Launches a fake engine in a Node process of its own: launch-and.ts <fake> <action after that>.
import { launchEngine } from "../../src/engine/run/launch-engine.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";

const [fake = "", action = ""] = process.argv.slice(2);
const { path: dataDir } = await makeTempDir();
const enginePath = repositoryPath(`fixtures/processes/${fake}.mjs`);
const engine = await launchEngine({
  enginePath,
  dataDir,
  isDetachable: action === "detach" || action === "wait-undetached",
  logFile: process.env.LOG_FILE,
});
console.log(JSON.stringify({ pid: engine.pid, dataDir }));

switch (action) {
  case "wait":
    setInterval(() => undefined, 60_000);
    break;
  case "wait-undetached":
    setInterval(() => undefined, 60_000);
    break;
  case "detach":
    await engine.detach();
    break;
  case "exit":
    process.exit(5);
    break;
  case "throw":
    throw new Error("thrown by the test");
  case "stop":
    await engine.stop();
    break;
  case "handle-sigint":
    process.on("SIGINT", () => process.exit(130));
    setInterval(() => undefined, 60_000);
    break;
}
