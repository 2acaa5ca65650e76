import { chmod, cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../errors/engine-error.ts";
import { toBuildError } from "./build-error.ts";
import type { EngineSources } from "./engine-sources.ts";
import { runGo } from "./go.ts";
import type { RenamedFunction } from "./renamed-functions.ts";

/**
 * Writes the go.mod for an older version of Kubernetes to `dir`, and copies of the modules that call renamed functions, with the
 * older names. Resolves with the path for `-modfile`. Rejects with `SEATRIAL_ENGINE_DOWNLOAD` or `SEATRIAL_ENGINE_BUILD`.
 */
export async function writeOlderModFile(sources: EngineSources, dir: string, signal?: AbortSignal): Promise<string> {
  const path = join(dir, "go.mod");
  await cp(join(sources.dir, sources.modFile), path);
  await cp(join(sources.dir, sources.modFile.replace(/\.mod$/, ".sum")), join(dir, "go.sum"));
  for (const [index, { module, files, texts }] of sources.renamed.entries()) {
    const copy = join(dir, `${index}`);
    await copyModule(await downloadModule(module, path, sources, signal), copy);
    for (const file of files) await replaceTexts(join(copy, file), texts);
    await runGo(["mod", "edit", `-replace=${module}=${copy}`, path], { cwd: sources.dir, signal });
  }
  return path;
}

async function downloadModule(module: string, modFile: string, sources: EngineSources, signal?: AbortSignal) {
  const args = ["mod", "download", "-json", `-modfile=${modFile}`, module];
  const result = await runGo(args, { cwd: sources.dir, signal });
  if (result.exitCode !== 0) throw toBuildError("download", result, sources);
  return (JSON.parse(result.stdout) as { Dir: string }).Dir;
}

// Go makes everything in its module cache read-only.
async function copyModule(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

async function replaceTexts(file: string, texts: RenamedFunction["texts"]): Promise<void> {
  let text = await readFile(file, "utf8");
  for (const [newer, older] of texts) {
    if (!text.includes(newer)) throw new EngineError("SEATRIAL_ENGINE_BUILD", `${file} does not contain ${newer}`);
    text = text.replaceAll(newer, older);
  }
  await writeFile(file, text);
}
