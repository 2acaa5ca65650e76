// Compiles src/ to dist/ when something has changed, without disturbing whatever runs from dist/ at the same time.
//
// The compiler writes to a directory of its own. Its files are then renamed into dist/ one by one: new files first, then changed files,
// and only at the end are old files removed, so every file that a running process may still import exists at every moment.
// `dist` as a symbolic link to one directory per build would be swapped at once, but `npm pack` leaves symbolic links out.
//
// node scripts/build.mjs [directory of a package]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const STAMP = ".build.json";
const LEFTOVER_MS = 10 * 60_000;
const LOCK_POLL_MS = 20;
const require = createRequire(import.meta.url);

/**
 * Compiles the package at `root`. Resolves with the exit code: 0, or the compiler's own, in which case `dist` is unchanged.
 * Builds that run at the same time do not disturb each other, and the last state of the sources wins.
 */
export async function build(root) {
  while (!isBuilt(root)) {
    const draft = makeDraft(root);
    try {
      const hash = hashSources(root);
      const compiler = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
      const args = [compiler, "-p", "tsconfig.build.json", "--outDir", draft];
      const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
      if (status !== 0) return status ?? 1;
      const unlock = await lock(join(root, ".dist-lock"));
      try {
        // Sources that changed while they were compiled are compiled again: an older build never replaces a newer one.
        if (hash === hashSources(root) && !isBuilt(root)) await replace(join(root, "dist"), draft, hash);
      } finally {
        unlock();
      }
    } finally {
      fs.rmSync(draft, { recursive: true, force: true });
    }
  }
  return 0;
}

/** Whether `dist` is complete and compiled from the sources as they are now. */
export function isBuilt(root) {
  const dist = join(root, "dist");
  try {
    const { hash, files } = JSON.parse(fs.readFileSync(join(dist, STAMP), "utf8"));
    return files.every((file) => fs.existsSync(join(dist, file))) && hash === hashSources(root);
  } catch {
    return false;
  }
}

function hashSources(root) {
  const hash = createHash("sha256").update(require("typescript/package.json").version);
  // The lock file stands for the dependencies' types, which declarations may repeat.
  const settings = ["tsconfig.json", "tsconfig.build.json", "package-lock.json"];
  for (const file of [...settings, ...listFiles(join(root, "src")).map((path) => join("src", path))]) {
    const path = join(root, file);
    if (fs.existsSync(path)) hash.update(`\0${file}\0`).update(fs.readFileSync(path));
  }
  return hash.digest("hex");
}

/** Makes a directory next to `dist`, so that a rename is enough and source maps have the right paths. */
function makeDraft(root) {
  for (const name of fs.readdirSync(root).filter((entry) => entry.startsWith(".dist-draft-"))) {
    const modifiedMs = fs.statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - modifiedMs > LEFTOVER_MS) fs.rmSync(join(root, name), { recursive: true, force: true });
  }
  return fs.mkdtempSync(join(root, ".dist-draft-"));
}

async function replace(dist, draft, hash) {
  const files = listFiles(draft);
  const isNew = new Set(files.filter((file) => !fs.existsSync(join(dist, file))));
  // Without its stamp, what a killed build leaves is compiled again.
  fs.rmSync(join(dist, STAMP), { force: true });
  for (const file of [...isNew, ...files.filter((path) => !isNew.has(path))]) {
    if (!isNew.has(file) && fs.readFileSync(join(dist, file)).equals(fs.readFileSync(join(draft, file)))) continue;
    fs.mkdirSync(dirname(join(dist, file)), { recursive: true });
    await rename(join(draft, file), join(dist, file));
  }
  const current = new Set(files);
  for (const file of listFiles(dist)) if (!current.has(file)) fs.rmSync(join(dist, file));
  removeEmptyDirectories(dist);
  fs.writeFileSync(join(draft, STAMP), JSON.stringify({ hash, files }));
  await rename(join(draft, STAMP), join(dist, STAMP));
}

/** Renames a file. Windows refuses while somebody reads the file that is replaced, so there it tries for two seconds. */
async function rename(from, to) {
  for (let attempt = 1; ; attempt++) {
    try {
      return fs.renameSync(from, to);
    } catch (error) {
      if (process.platform !== "win32" || attempt === 100) throw error;
      await delay(LOCK_POLL_MS);
    }
  }
}

/** Takes the lock file; resolves with the function that removes it. A lock of a process that has ended is taken away. */
async function lock(path) {
  for (;;) {
    try {
      fs.writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => fs.rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isAbandoned(path)) fs.rmSync(path, { force: true });
    else await delay(LOCK_POLL_MS);
  }
}

function isAbandoned(path) {
  try {
    const pid = Number(fs.readFileSync(path, "utf8"));
    // Just created and not written yet, or of a process that cannot be asked: its age decides.
    if (pid === 0) return Date.now() - fs.statSync(path).mtimeMs > LEFTOVER_MS;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function listFiles(directory) {
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function removeEmptyDirectories(directory) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(directory, entry.name);
    removeEmptyDirectories(path);
    if (fs.readdirSync(path).length === 0) fs.rmdirSync(path);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  process.exitCode = await build(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
}
