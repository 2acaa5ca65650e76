import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";

/** A layer of an image: an archive of files. */
export interface Layer {
  path: string;
  diffId: string;
}

/** An image, and the names under which Pods ask for it. */
export interface TestImage {
  names: readonly string[];
  layers: readonly Layer[];
  /** Such as `Cmd` and `Entrypoint`. */
  config: Readonly<Record<string, unknown>>;
}

/** Writes the files of `root` to `path` as a layer. They belong to root, with the modes that they have. */
export async function writeLayer(root: string, path: string): Promise<Layer> {
  await execa("tar", ["--owner=0", "--group=0", "--numeric-owner", "--sort=name", "-C", root, "-cf", path, "."]);
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { path, diffId: `sha256:${hash.digest("hex")}` };
}

/** Writes images to one archive, as `docker save` does. `dir` is an empty directory on the layers' file system. */
export async function writeImageArchive(path: string, dir: string, images: readonly TestImage[]): Promise<void> {
  await mkdir(dir);
  const layers = new Set(images.flatMap((image) => image.layers));
  for (const layer of layers) await link(layer.path, join(dir, basename(layer.path)));
  const manifest = images.map((image, index) => ({
    Config: `config-${index}.json`,
    RepoTags: image.names,
    Layers: image.layers.map((layer) => basename(layer.path)),
  }));
  for (const [index, image] of images.entries()) {
    const rootfs = { type: "layers", diff_ids: image.layers.map(({ diffId }) => diffId) };
    const config = { architecture: goArchitecture(), os: "linux", config: image.config, rootfs };
    await writeFile(join(dir, `config-${index}.json`), JSON.stringify(config));
  }
  await writeFile(join(dir, "manifest.json"), JSON.stringify(manifest));
  await execa("tar", ["-C", dir, "-cf", path, "."]);
}

function goArchitecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
