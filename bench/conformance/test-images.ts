import { chmod, copyFile, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { buildProgram } from "./build-e2e.ts";
import { unpackDebian, writeAccounts } from "./debian-root.ts";
import { type Layer, type TestImage, writeImageArchive, writeLayer } from "./image-archive.ts";

const upstreamImages = "k8s.io/kubernetes/test/images";
const BUSYBOX = "/bin/busybox";

const nginx = `user www-data;
events {}
http {
  include /etc/nginx/mime.types;
  access_log /dev/stdout;
  error_log /dev/stderr;
  server { listen 80; root /usr/share/nginx/html; }
}
`;

/**
 * Builds the images of the conformance tests in `dir` and returns the path of their archive: agnhost and its relatives from
 * Kubernetes' sources, the programs in them from Debian. `e2e` knows the names under which the tests ask for them.
 */
export async function buildTestImages(dir: string, e2e: string, sources: string): Promise<string> {
  const { stdout } = await execa(e2e, ["--list-images"]);
  const named = (name: string) =>
    stdout.split("\n").filter((image) => new RegExp(`^registry\\.k8s\\.io/(e2e-test-images/)?${name}:`).test(image));
  const layer = async (name: string, fill: (root: string) => Promise<void>): Promise<Layer> => {
    const root = join(dir, name);
    await mkdir(root);
    await fill(root);
    return writeLayer(root, join(dir, `${name}.tar`));
  };
  const agnhostProgram = await buildProgram(dir, `${upstreamImages}/agnhost`, "agnhost.test");
  const debian = await layer("debian", (root) => unpackDebian(root, join(dir, "packages")));
  const agnhost = await layer("agnhost", (root) => fillAgnhost(root, agnhostProgram, sources));
  const pause = await layer("pause", (root) => copyFile(agnhostProgram, join(root, "agnhost")));
  const program = (name: string, packagePath: string, directory: string) =>
    layer(name, async (root) => {
      await mkdir(join(root, directory), { recursive: true });
      await copyFile(await buildProgram(dir, packagePath, `${name}.test`), join(root, directory, name));
    });
  const html = (name: string) =>
    layer(name, (root) => cp(join(sources, `test/images/${name}/html`), root, { recursive: true }));
  const agnhostConfig = { Env: [PATH], Entrypoint: ["/agnhost"], Cmd: ["pause"], WorkingDir: "/" };
  const webServer = { ...agnhostConfig, Cmd: ["test-webserver"] };
  const images: TestImage[] = [
    { names: named("agnhost"), layers: [debian, agnhost], config: agnhostConfig },
    { names: named("glibc-dns-testing"), layers: [debian], config: { Env: [PATH], Cmd: ["bash"] } },
    { names: named("kitten"), layers: [debian, agnhost, await html("kitten")], config: webServer },
    { names: named("nautilus"), layers: [debian, agnhost, await html("nautilus")], config: webServer },
    {
      names: named("nonewprivs"),
      layers: [debian, await layer("nonewprivs", (root) => fillNonewprivs(root, dir))],
      config: { Env: [PATH], Cmd: ["nnp"] },
    },
    {
      names: named("nginx"),
      layers: [debian, await layer("nginx", fillNginx)],
      config: { Env: [PATH], Cmd: ["nginx", "-g", "daemon off;"] },
    },
    {
      names: named("busybox"),
      layers: [await layer("busybox", fillBusybox)],
      config: { Env: [PATH], Cmd: ["sh"] },
    },
    {
      names: named("sample-apiserver"),
      layers: [debian, await program("sample-apiserver", "k8s.io/sample-apiserver", "")],
      config: { Entrypoint: ["/sample-apiserver"] },
    },
    {
      names: named("etcd"),
      layers: [debian, await program("etcd", "go.etcd.io/etcd/server/v3", "usr/local/bin")],
      config: { Env: [PATH], Cmd: ["etcd"] },
    },
    { names: named("pause"), layers: [pause], config: { Entrypoint: ["/agnhost", "pause"], User: "65535:65535" } },
  ];
  const path = join(dir, "images.tar");
  await writeImageArchive(path, join(dir, "archive"), images);
  return path;
}

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// As test/images/agnhost/Dockerfile.
async function fillAgnhost(root: string, program: string, sources: string): Promise<void> {
  await copyFile(program, join(root, "agnhost"));
  await symlink("agnhost", join(root, "agnhost-2"));
  await mkdir(join(root, "uploads"));
  for (const name of ["localhost.crt", "localhost.key"]) {
    await copyFile(join(sources, "test/images/agnhost/porter", name), join(root, name));
  }
}

async function fillNonewprivs(root: string, dir: string): Promise<void> {
  await mkdir(join(root, "usr/local/bin"), { recursive: true });
  const program = join(root, "usr/local/bin/nnp");
  await copyFile(await buildProgram(dir, `${upstreamImages}/nonewprivs`, "nnp"), program);
  await chmod(program, 0o6755);
}

async function fillNginx(root: string): Promise<void> {
  await mkdir(join(root, "etc/nginx"), { recursive: true });
  await writeFile(join(root, "etc/nginx/nginx.conf"), nginx);
}

async function fillBusybox(root: string): Promise<void> {
  await mkdir(join(root, "bin"));
  await copyFile(BUSYBOX, join(root, "bin/busybox"));
  const { stdout } = await execa(BUSYBOX, ["--list"]);
  for (const applet of stdout.split("\n")) {
    if (applet !== "busybox") await symlink("busybox", join(root, "bin", applet));
  }
  await writeAccounts(root);
  for (const name of ["home", "root", "usr", "var"]) await mkdir(join(root, name));
  await mkdir(join(root, "tmp"));
  await chmod(join(root, "tmp"), 0o1777);
}
