import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../support/charts.ts";
import { keepProgram } from "../support/keep-program.ts";

const main = `package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
`;

/**
 * The path of upstream's kube-apiserver of a version such as `1.35.4`, with the modules that this version asks for. It is kept in the
 * benches' directory of seatrial's cache. The first build takes about ten minutes and needs a Go module proxy.
 */
export function buildApiServer(version: string): Promise<string> {
  return keepProgram("kube-apiserver", version, async (output, dir) => {
    await writeFile(join(dir, "main.go"), main);
    await writeFile(join(dir, "go.mod"), await moduleFor(version, dir));
    const [major, minor] = version.split(".");
    const facts = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
    const variables = Object.entries(facts).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`);
    const flags = ["-trimpath", "-buildvcs=false", `-ldflags=-s -w ${variables.join(" ")}`];
    await execa("go", ["build", "-mod=mod", ...flags, "-o", output, "."], {
      cwd: dir,
      env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local" },
      stdio: ["ignore", "ignore", "inherit"],
    });
  });
}

/** Builds upstream's etcd, from the modules of the engine, in `dir`; resolves with its path. */
export async function buildEtcd(dir: string): Promise<string> {
  const path = join(dir, "etcd");
  await execa("go", ["build", "-trimpath", "-buildvcs=false", "-o", path, "go.etcd.io/etcd/server/v3"], {
    cwd: join(repositoryRoot, "engine"),
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return path;
}

// The go.mod of Kubernetes replaces its staging modules by directories that the module does not contain; each is also published.
async function moduleFor(version: string, cwd: string): Promise<string> {
  const { stdout } = await execa("go", ["mod", "download", "-json", `k8s.io/kubernetes@v${version}`], {
    cwd: dirname(cwd),
  });
  const { GoMod } = JSON.parse(stdout) as { GoMod: string };
  const upstream = await readFile(GoMod, "utf8");
  const staging = [...upstream.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging/gm)].map((match) => match[1]);
  const published = `v0.${version.slice(version.indexOf(".") + 1)}`;
  return [
    "module seatrial.test/apiserver",
    /^go .*$/m.exec(upstream)?.[0] ?? "",
    `require k8s.io/kubernetes v${version}`,
    ...staging.map((module) => `replace ${module} => ${module} ${published}`),
    "",
  ].join("\n");
}
