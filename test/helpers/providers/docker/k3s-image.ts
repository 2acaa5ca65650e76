import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { getContainerRuntimeClient } from "testcontainers";
import { provideEngine } from "../../../../src/engine/binary/provide-engine.ts";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";
import { repositoryPath } from "../../repository/repository-path.ts";

/**
 * Builds an image that behaves as K3s's does where the provider looks: its entry point, kubeconfig, log line and port. Its control
 * plane is seatrial's engine, and its images are containerd's. Gives it each of the names.
 */
export async function buildK3sImage(names: readonly string[]): Promise<void> {
  await using root = await makeTempDir("st-image-");
  for (const directory of ["bin", "tmp", "etc", "run", "var/run", "proc", "sys"]) {
    await mkdir(join(root.path, directory), { recursive: true, mode: directory === "tmp" ? 0o1777 : 0o755 });
  }
  const program = join(root.path, "bin/k3s");
  await execa("go", ["build", "-trimpath", "-buildvcs=false", "-o", program, "."], {
    cwd: repositoryPath("test/helpers/providers/docker/k3s"),
    env: { CGO_ENABLED: "0", GOWORK: "off" },
  });
  await copyFile((await provideEngine()).path, join(root.path, "bin/seatrial-engine"));
  for (const name of ["containerd", "ctr"]) await copyProgram(name, root.path);
  await importImage(root.path, names, 'ENTRYPOINT ["/bin/k3s"]');
}

/** A small image with a file, for `imagesToLoad`. */
export async function buildSmallImage(name: string): Promise<void> {
  await using root = await makeTempDir("st-image-");
  await importImage(root.path, [name], 'CMD ["/nothing"]');
}

async function importImage(root: string, names: readonly string[], changes: string): Promise<void> {
  await using dir = await makeTempDir("st-image-");
  const tar = join(dir.path, "image.tar");
  await execa("tar", ["--create", "--file", tar, "--directory", root, "."]);
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const [first = "", ...others] = names;
  const { repo, tag } = split(first);
  const progress = await dockerode.importImage(createReadStream(tar), { repo, tag, changes });
  // The daemon has finished when its answer ends.
  for await (const _line of progress);
  for (const name of others) await dockerode.getImage(first).tag(split(name));
}

function split(name: string): { repo: string; tag: string } {
  const [repo = "", tag = "latest"] = name.split(":");
  return { repo, tag };
}

/** Copies a program of this machine with the libraries that it is linked with. */
async function copyProgram(name: string, root: string): Promise<void> {
  const { stdout: path } = await execa("sh", ["-c", `command -v ${name}`]);
  await copyFile(path, join(root, "bin", name));
  const { stdout } = await execa("ldd", [path], { reject: false });
  for (const [library] of stdout.matchAll(/\/\S+/g)) {
    const target = join(root, library);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(library, target);
  }
}

/** Removes images. */
export async function removeImages(names: readonly string[]): Promise<void> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  await Promise.all(names.map((name) => dockerode.getImage(name).remove({ force: true })));
}

/** Saves an image to a tar, and removes it. */
export async function saveImage(name: string, path: string): Promise<void> {
  const image = (await getContainerRuntimeClient()).container.dockerode.getImage(name);
  await pipeline(await image.get(), createWriteStream(path));
  await image.remove();
}
