import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** How a package manager fills its cache, installs from it, and runs a program of the project. */
export interface PackageManager {
  version: string;
  /** Files of the project that the manager needs. */
  settings: Record<string, string>;
  warm: string[];
  install: string[];
  run: string[];
}

const packages: Record<string, string> = { pnpm: "pnpm@12", bun: "bun@1", yarn: "@yarnpkg/cli-dist@4" };

/** The names that {@link fetchManager} knows. */
export const managerNames = ["npm", "pnpm", "bun", "yarn-pnp", "yarn-node-modules"] as const;
export type ManagerName = (typeof managerNames)[number];

/** Fetches a package manager from npm's registry into a directory of its own below `directory`. */
export async function fetchManager(name: ManagerName, directory: string, registry: string): Promise<PackageManager> {
  if (name === "npm") return describe({ name, program: "npm", registry });
  const [tool = ""] = name.split("-");
  const own = join(directory, `manager-${name}`);
  await mkdir(own);
  await writeFile(join(own, "package.json"), "{}");
  await execa("npm", ["install", "--ignore-scripts", packages[tool] ?? tool], { cwd: own });
  if (tool !== "bun") return describe({ name, program: join(own, "node_modules/.bin", tool), registry });
  // Its program is in a package of its own for each system; a script, which is not run here, would link it.
  const systems = await readdir(join(own, "node_modules/@oven"));
  const [system = ""] = systems.filter((entry) => !/musl|baseline/.test(entry));
  return describe({ name, program: join(own, "node_modules/@oven", system, "bin/bun"), registry });
}

interface Manager {
  name: ManagerName;
  program: string;
  registry: string;
}

async function describe({ name, program, registry }: Manager): Promise<PackageManager> {
  const version = (await execa(program, ["--version"])).stdout.trim();
  const settings = {};
  switch (name) {
    case "npm":
      return {
        ...{ version, settings },
        warm: [program, "install", "--ignore-scripts"],
        install: [program, "ci", "--ignore-scripts", "--offline"],
        run: [program, "exec", "--offline", "--"],
      };
    case "pnpm":
      return {
        ...{ version, settings },
        warm: [program, "install", "--ignore-scripts", "--no-frozen-lockfile"],
        install: [program, "install", "--ignore-scripts", "--offline", "--frozen-lockfile"],
        run: [program, "exec"],
      };
    case "bun":
      return {
        ...{ version, settings },
        warm: [program, "install", "--ignore-scripts"],
        install: [program, "install", "--ignore-scripts", "--frozen-lockfile"],
        run: [program, "run"],
      };
    default:
      return {
        version,
        settings: {
          ".yarnrc.yml": yarnSettings(name === "yarn-pnp" ? "pnp" : "node-modules", registry),
          "yarn.lock": "",
        },
        warm: [program, "install", "--no-immutable"],
        install: [program, "install", "--immutable"],
        run: [program],
      };
  }
}

function yarnSettings(linker: string, registry: string): string {
  return [
    `nodeLinker: ${linker}`,
    "enableScripts: false",
    "enableTelemetry: false",
    // Packages that are younger than some days are left out by default.
    "npmMinimalAgeGate: 0",
    `npmRegistryServer: ${JSON.stringify(registry)}`,
    'unsafeHttpWhitelist: ["*"]',
    "",
  ].join("\n");
}
