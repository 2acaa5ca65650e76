import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { apiReport } from "../../../scripts/api-report.mjs";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

async function reportOn(files: Record<string, string>): Promise<string> {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  const exports = {
    ".": { types: "./dist/index.d.ts" },
    "./more": { types: "./dist/more.d.ts" },
    "./package.json": "./package.json",
  };
  const all = { "package.json": JSON.stringify({ name: "demo", exports }), ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return apiReport(path);
}

it("has what the entry points export and what that mentions, without comments and internals", async () => {
  const report = await reportOn({
    "dist/index.d.ts":
      'export { start, type Options as StartOptions } from "./deep/start.ts";\nexport type { Plain } from "./types.ts";\n',
    "dist/more.d.ts": [
      'import type { Plain } from "./types.ts";',
      'export { start } from "./deep/start.ts";',
      "/** Not exported by name. */",
      "declare const _default: Plain;",
      "export default _default;",
      'declare module "vitest" {',
      "    interface Matchers {",
      "        toBeDemo(): void;",
      "    }",
      "}",
    ].join("\n"),
    "dist/deep/start.d.ts": [
      'import type * as types from "../types.ts";',
      "/** How to start. */",
      "export interface Options {",
      "    /** In seconds. */",
      "    timeout?: types.Timeout;",
      "}",
      "export declare function start(name: string): void;",
      "export declare function start(options: Options): void;",
      "export declare function internal(): void;",
    ].join("\n"),
    "dist/types.d.ts":
      'export type Timeout = "1s" | Plain;\nexport type Plain = string;\nexport type Unused = number;\n',
  });
  expect(report.slice(report.indexOf("##"))).toMatchInlineSnapshot(`
    "## demo

    \`\`\`ts
    // exported as StartOptions
    export interface Options {
        timeout?: types.Timeout;
    }

    export type Plain = string;

    export declare function start(name: string): void;
    export declare function start(options: Options): void;
    \`\`\`

    ## demo/more

    Also exported: start (demo).

    \`\`\`ts
    declare module "vitest" {
        interface Matchers {
            toBeDemo(): void;
        }
    }

    // exported as default
    declare const _default: Plain;
    \`\`\`

    ## Mentioned by these, not exported

    \`\`\`ts
    // types.ts
    export type Timeout = "1s" | Plain;
    \`\`\`
    "
  `);
});

it("refuses what it cannot follow, so that nothing is left out silently", async () => {
  const more = { "dist/more.d.ts": "export {};\n" };
  await expect(reportOn({ "dist/index.d.ts": 'export * from "./more.ts";\n', ...more })).rejects.toThrow(
    "name what is exported",
  );
  const inline = 'export declare const a: import("./more.ts").B;\n';
  await expect(reportOn({ "dist/index.d.ts": inline, ...more })).rejects.toThrow("import types are not supported");
});
