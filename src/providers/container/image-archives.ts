import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { StartedK3sContainer } from "@testcontainers/k3s";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { type Runtime, reasonOf } from "./runtime.ts";

/** A tar with images. */
export interface ImageArchive {
  /** As the caller has named it. */
  name: string;
  path: string;
}

/** The tars of `imagesToLoad`; images of the container engine are saved to `dir`. Rejects with `SEATRIAL_PROVIDER`. */
export async function toImageArchives(
  { container: { dockerode } }: Runtime,
  names: readonly string[],
  dir: string,
): Promise<ImageArchive[]> {
  const archives: ImageArchive[] = [];
  for (const [index, name] of names.entries()) {
    if ((await stat(name).catch(() => undefined))?.isFile()) {
      archives.push({ name, path: resolve(name) });
      continue;
    }
    const path = join(dir, `image-${index}.tar`);
    try {
      const image = dockerode.getImage(name);
      await image.inspect();
      await pipeline(await image.get(), createWriteStream(path, { mode: 0o600 }));
    } catch (cause) {
      throw new SeatrialError(
        "SEATRIAL_PROVIDER",
        `imagesToLoad: ${name} is neither a file nor an image that the container engine has: ${reasonOf(cause)}`,
        { hint: "build or pull the image first, or name the tar that `docker save` has written", cause },
      );
    }
    archives.push({ name, path });
  }
  return archives;
}

/** Loads the images into the node's container runtime. Rejects with `SEATRIAL_PROVIDER`. */
export async function loadImages(container: StartedK3sContainer, archives: readonly ImageArchive[]): Promise<void> {
  for (const [index, { name, path }] of archives.entries()) {
    const target = `/tmp/seatrial-image-${index}.tar`;
    await container.copyFilesToContainer([{ source: path, target }]);
    const { exitCode, output } = await container.exec(["ctr", "--namespace", "k8s.io", "images", "import", target]);
    if (exitCode === 0) continue;
    const lines = output.trim().split("\n");
    throw new SeatrialError(
      "SEATRIAL_PROVIDER",
      [`imagesToLoad: ${name} cannot be loaded`, ...lines.map((line) => `  ${line}`)].join("\n"),
      { hint: "`docker save` and `docker buildx build --output type=docker` write tars that can be loaded" },
    );
  }
}
