import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

// What upstream installs in agnhost and its relatives, from Debian in place of Alpine.
const packages = [
  ...["bash", "coreutils", "grep", "sed", "gawk", "hostname", "procps", "libc-bin", "util-linux"],
  ...["bind9-dnsutils", "curl", "iproute2", "netcat-openbsd", "socat", "nginx-light"],
];
// Half of the bytes, which no test reads.
const unused = [
  "usr/share/doc",
  "usr/share/man",
  "usr/share/locale",
  "usr/share/info",
  "usr/lib/x86_64-linux-gnu/perl",
];

const passwd = `root:x:0:0:root:/root:/bin/sh
www-data:x:33:33:www-data:/var/www:/bin/false
user-defined-in-image:x:1000:1000::/home:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
`;
const group = `root:x:0:
www-data:x:33:
user-defined-in-image:x:1000:
group-defined-in-image:x:50000:user-defined-in-image
nogroup:x:65534:
`;

/** Writes the accounts of upstream's images below `root`. */
export async function writeAccounts(root: string): Promise<void> {
  await mkdir(join(root, "etc"), { recursive: true });
  await writeFile(join(root, "etc/passwd"), passwd);
  await writeFile(join(root, "etc/group"), group);
}

/** Unpacks packages of Debian, with all that they need, to `root`. Nothing is installed on this machine. `dir` is for their archives. */
export async function unpackDebian(root: string, dir: string): Promise<void> {
  await mkdir(join(dir, "partial"), { recursive: true });
  // With an empty list of installed packages, apt also loads the C library.
  const options = ["Dir::State::status=/dev/null", `Dir::Cache::archives=${dir}`, "APT::Sandbox::User=root"];
  await execa("apt-get", [
    ...options.flatMap((option) => ["-o", option]),
    ...["install", "--download-only", "--yes", "--no-install-recommends", ...packages],
  ]);
  await mkdir(root, { recursive: true });
  for (const name of await readdir(dir)) {
    if (name.endsWith(".deb")) await execa("dpkg-deb", ["--extract", join(dir, name), root]);
  }
  await execa("rm", ["-rf", ...unused.map((path) => join(root, path))]);
  // What the packages' scripts would link.
  await symlink("bash", join(root, "bin/sh"));
  await symlink("nc.openbsd", join(root, "bin/nc"));
  await symlink("gawk", join(root, "usr/bin/awk"));
  await writeAccounts(root);
  await writeFile(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
}
