// Lints engine/ as .golangci.yml says. Go fetches golangci-lint from its module proxy and compiles it the first time: about two minutes.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const VERSION = "v2.15.0";

// The flags of the engine's build: with others Go compiles all of Kubernetes a second time.
const env = { CGO_ENABLED: "0", GOFLAGS: "-trimpath -buildvcs=false", GOWORK: "off" };
const linter = `github.com/golangci/golangci-lint/v2/cmd/golangci-lint@${VERSION}`;
const cwd = join(fileURLToPath(new URL("..", import.meta.url)), "engine");
const args = ["run", linter, "run", "--allow-parallel-runners", "./..."];
const { exitCode } = await execa("go", args, { cwd, env, stdio: "inherit", reject: false });
process.exitCode = exitCode ?? 1;
