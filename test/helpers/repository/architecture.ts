import { dirname, posix } from "node:path";

/** Each directory of src may import the directories of earlier rows and itself; imports of types obey it, too. */
export const layers = [
  ["errors"],
  ["util"],
  ["process"],
  ["engine", "kube", "git"],
  ["chart"],
  ["helm"],
  ["findings", "plane"],
  ["readiness", "simulation", "providers", "real-node", "rbac"],
  ["boot", "sharing", "references"],
  ["background", "release"],
  ["trial", "doctor", "webhook"],
  ["diff", "life"],
  ["values"],
  ["images"],
  ["matchers", "report"],
  ["vitest", "cli"],
  ["index.ts"],
];

/** Which directories may use an npm package; no directory may use other packages. */
export const packageOwners: Record<string, string[]> = {
  execa: ["engine", "process"],
  "signal-exit": ["engine", "process"],
  "@kubernetes/client-node": ["kube"],
  "js-yaml": ["chart", "kube"],
  "fast-glob": ["chart"],
  "string-width": ["report"],
  vitest: ["vitest"],
  commander: ["cli"],
  ajv: ["trial"],
  testcontainers: ["providers"],
  "@testcontainers/k3s": ["providers"],
};

// execa cleans up child processes, child_process does not.
const forbiddenBuiltins = ["node:child_process"];

const ownedWords: { word: RegExp; name: string; isAllowed: (path: string) => boolean }[] = [
  {
    word: /\bprocess\.env\b/,
    name: "process.env",
    isAllowed: (path) => /^src\/(engine|background|cli)\//.test(path) || path === "src/util/env.ts",
  },
  { word: /\bconsole\.\w/, name: "console", isAllowed: (path) => path.startsWith("src/cli/") },
  { word: /\bprocess\.exit\(/, name: "process.exit", isAllowed: (path) => path.startsWith("src/cli/") },
];

const barrels = ["src/index.ts", "src/matchers/index.ts", "src/vitest/index.ts"];

/** One import of a file. */
export interface FileImport {
  from: string;
  isTypeOnly: boolean;
}

/** The modules that a source imports or exports from. */
export function parseImports(source: string): FileImport[] {
  const statements = /^\s*(import|export)\s+(type\s+)?([^"';]*?\bfrom\s*)?"([^"]+)"/gm;
  const imports = [...withoutComments(source).matchAll(statements)].map(([, , type, names = "", from = ""]) => ({
    from,
    isTypeOnly: type !== undefined || hasOnlyTypes(names),
  }));
  const dynamic = [...withoutComments(source).matchAll(/\bimport\(\s*"([^"]+)"/g)];
  return [...imports, ...dynamic.map(([, from = ""]) => ({ from, isTypeOnly: false }))];
}

/** The violations of the rules above in a file of src, one sentence each. */
export function findViolations(path: string, source: string): string[] {
  const violations = parseImports(source).flatMap((each) => checkImport(path, each) ?? []);
  const code = withoutComments(source);
  for (const { word, name, isAllowed } of ownedWords) {
    if (word.test(code) && !isAllowed(path)) violations.push(`${path} may not use ${name}`);
  }
  if (path.endsWith("/index.ts") && !barrels.includes(path)) violations.push(`${path} may not be: no barrels`);
  return violations;
}

/** The path in the repository of the file that `path` imports as `from`; `undefined` unless the import is relative. */
export function resolveImport(path: string, from: string): string | undefined {
  return from.startsWith(".") ? posix.normalize(posix.join(dirname(path), from)) : undefined;
}

function checkImport(path: string, { from, isTypeOnly }: FileImport): string | undefined {
  const directory = directoryOf(path);
  const target = resolveImport(path, from);
  if (target !== undefined) {
    if (!target.startsWith("src/")) return `${path} may not import ${target}`;
    const isAllowed = directoryOf(target) === directory || layerOf(target) < layerOf(path);
    return isAllowed ? undefined : `${path} may not import ${target}`;
  }
  if (from.startsWith("node:")) return forbiddenBuiltins.includes(from) ? `${path} may not import ${from}` : undefined;
  const name = from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");
  const owners = packageOwners[name] ?? [];
  return isTypeOnly || owners.includes(directory) ? undefined : `${path} may not import ${from}`;
}

function layerOf(path: string): number {
  const layer = layers.findIndex((directories) => directories.includes(directoryOf(path)));
  if (layer === -1)
    throw new Error(`${path} is not in a layer: add its directory to test/helpers/repository/architecture.ts`);
  return layer;
}

function directoryOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function hasOnlyTypes(names: string): boolean {
  const list = /^\{([^}]*)\}\s*from\s*$/.exec(names.trim())?.[1];
  if (list === undefined) return false;
  return list.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type "));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}
