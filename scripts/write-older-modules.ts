// Writes engine/kubernetes-1.35.mod and .sum: the modules of an engine that is built for an older version of Kubernetes.
// `npm exec -- node scripts/write-older-modules.ts` reads engine/go.mod and the go.mod of Kubernetes' release. To be run after
// every change of engine/go.mod.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { packageRoot } from "../src/util/package-root.ts";

interface OlderVersion {
  kubernetes: string;
  /** The controller-runtime that was made for it, of which Helm uses a part. */
  controllerRuntime: string;
}

const older: OlderVersion[] = [{ kubernetes: "1.35.4", controllerRuntime: "v0.23.3" }];

// Modules that decide about objects, or whose interface has changed since.
const ofKubernetes = [
  "github.com/container-storage-interface/spec",
  "github.com/google/cel-go",
  "github.com/opencontainers/cgroups",
  "k8s.io/kube-openapi",
  "sigs.k8s.io/structured-merge-diff/v6",
];

const engineDir = join(packageRoot, "engine");

for (const version of older) {
  const name = `kubernetes-${version.kubernetes.split(".").slice(0, 2).join(".")}`;
  const modFile = join(engineDir, `${name}.mod`);
  const goMod = await readFile(join(engineDir, "go.mod"), "utf8");
  await writeFile(modFile, toOlder(goMod, version, await readGoMod(version.kubernetes)));
  await copyFile(join(engineDir, "go.sum"), join(engineDir, `${name}.sum`));
  // Adds what is missing to both files.
  const args = ["list", "-mod=mod", `-modfile=${modFile}`, "-tags=before1.37", "-deps", "."];
  await execa("go", args, { cwd: engineDir, env: { CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" }, stdout: "ignore" });
}

/** The go.mod of a release of Kubernetes. */
async function readGoMod(kubernetes: string): Promise<string> {
  const args = ["mod", "download", "-json", `k8s.io/kubernetes@v${kubernetes}`];
  const { stdout } = await execa("go", args, { cwd: engineDir });
  return readFile((JSON.parse(stdout) as { GoMod: string }).GoMod, "utf8");
}

function toOlder(goMod: string, { kubernetes, controllerRuntime }: OlderVersion, released: string): string {
  const own = new Set(Array.from(released.matchAll(/^\s+(\S+) => \.\/staging\//gm), ([, module]) => module));
  const lines = goMod
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const [, module, isReplaced] = /^\s+(k8s\.io\/\S+) (=> )?.*v(?:0|1)\.\d\d\.\d+/.exec(line) ?? [];
      if (module === undefined) return line;
      if (module === "k8s.io/kubernetes") return line.replace(/v\S+/, `v${kubernetes}`);
      // The others came later.
      if (!own.has(module)) return [];
      return isReplaced === undefined ? line : line.replace(/v\S+$/, kubernetes.replace(/^1\./, "v0."));
    });
  const chosen = ofKubernetes.map((module) => {
    const version = new RegExp(`^\\s+${module} (v\\S+)`, "m").exec(released)?.[1];
    return `\t${module} => ${module} ${version}`;
  });
  const runtime = "sigs.k8s.io/controller-runtime";
  chosen.push(`\t${runtime} => ${runtime} ${controllerRuntime}`);
  return [
    ...lines,
    "",
    `// Of Kubernetes ${kubernetes}, and what was made for it.`,
    "replace (",
    ...chosen,
    ")",
    "",
  ].join("\n");
}
