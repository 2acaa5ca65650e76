import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where Debian's package busybox-static has its program. */
export const BUSYBOX = "/bin/busybox";
/** The names of the image that {@link writeBusyboxImage} writes; the second is that of the contract's chart. */
export const BUSYBOX_IMAGE = "seatrial.test/busybox:1";
const names = [BUSYBOX_IMAGE, "example.com/web:1"];

// The first process of a container gets no signal that it does not handle: it would end after 30 seconds.
const init = `#!/bin/sh
trap 'kill "$child"; exit 0' TERM
"$@" &
child=$!
wait "$child"
`;

const BLOCK_BYTES = 512;
const applets = ["sh", "cat", "echo", "sleep", "false", "true", "httpd", "wget", "nslookup", "ls", "hostname", "id"];

/** Writes an archive as `docker save` does, with busybox and links for its applets, and resolves with its path. */
export async function writeBusyboxImage(directory: string): Promise<string> {
  const links = applets.map((name) => entry(`bin/${name}`, "busybox"));
  const files = [entry("bin/busybox", await readFile(BUSYBOX)), entry("bin/init", Buffer.from(init))];
  const layer = archive([...files, ...links]);
  const architecture = { x64: "amd64" }[process.arch as string] ?? process.arch;
  const image = {
    architecture,
    os: "linux",
    config: { Env: ["PATH=/bin"], Entrypoint: ["init"], Cmd: ["sh"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${createHash("sha256").update(layer).digest("hex")}`] },
  };
  const manifest = [{ Config: "config.json", RepoTags: names, Layers: ["layer.tar"] }];
  const path = join(directory, "busybox.tar");
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const entries = [
    entry("config.json", json(image)),
    entry("layer.tar", layer),
    entry("manifest.json", json(manifest)),
  ];
  await writeFile(path, archive(entries));
  return path;
}

function archive(entries: Buffer[]): Buffer {
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** A file, or a symbolic link when the content is the path of its target. */
function entry(name: string, content: Buffer | string): Buffer {
  const isLink = typeof content === "string";
  const size = isLink ? 0 : content.length;
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  header.write(name, 0);
  header.write(octal(0o755, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(" ".repeat(8), 148);
  header.write(isLink ? "2" : "0", 156);
  if (isLink) header.write(content, 157);
  header.write("ustar\x0000", 257);
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  );
  if (isLink) return header;
  return Buffer.concat([header, content, Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES)]);
}
