import { existsSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import {
  bootRestricted,
  type RestrictedEnvironment,
  runRestricted,
  skipWithoutLinuxNamespaces,
} from "../helpers/sandbox/restricted-environment.ts";

const longName = "AbCdEfGh".repeat(8);
const nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs";

const readOnlyCgroups = "mount -t tmpfs -o ro none /sys/fs/cgroup";
const noKmsg = `mkdir dev && mount -t tmpfs none dev
for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mount --rbind dev /dev && test ! -e /dev/kmsg`;
const readOnlyHome = "mkdir home && mount -t tmpfs -o ro none home";
const noIpv6 = "mount -o remount,rw /proc/sys 2>/dev/null || true; echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6";
const unprivileged: RestrictedEnvironment = { prepare: "chown 65534 tmp", prefix: nobody };

describe("a control plane", () => {
  beforeEach(async (context) => skipWithoutLinuxNamespaces(context));

  it.for<[string, RestrictedEnvironment, object]>([
    ["with the loopback interface alone, without any route", { prepare: 'test -z "$(ip route)"' }, {}],
    ["without IPv6", { prepare: `${noIpv6}; test -z "$(ip -6 address)"` }, {}],
    [
      "on a host whose name has 64 characters and upper case, which nobody resolves",
      { prepare: `hostname ${longName}` },
      { hostname: longName },
    ],
    ["with a read-only /sys/fs/cgroup", { prepare: readOnlyCgroups }, {}],
    ["without /dev/kmsg", { prepare: noKmsg }, {}],
    ["as a user who is not root and has no capabilities", unprivileged, { uid: 65534 }],
    [
      "in all of these at once, with a read-only home and a directory named ä 文 b",
      {
        prepare: [
          noIpv6,
          `hostname ${longName}`,
          readOnlyCgroups,
          noKmsg,
          readOnlyHome,
          'mkdir "ä 文 b" && chown 65534 "ä 文 b"',
        ].join("\n"),
        prefix: `env HOME="$WORK/home" TMPDIR="$WORK/ä 文 b" ${nobody}`,
      },
      { hostname: longName, uid: 65534, dataDir: expect.stringContaining("/ä 文 b/seatrial-") },
    ],
  ])("starts and installs a chart %s", async ([_what, restrictions, facts], { annotate }) => {
    const report = await bootRestricted(restrictions);
    expect(report).toMatchObject({ replicas: 1, ...facts });
    expect(existsSync(report.dataDir)).toBe(false);
    await annotate(`ready after ${report.bootMs} ms`);
  });

  it("uses /tmp when the path of TMPDIR is too long for a socket", async () => {
    const long = "long-".repeat(30);
    const report = await bootRestricted({ prepare: `mkdir ${long}`, prefix: `env TMPDIR="$WORK/${long}"` });
    expect(report).toMatchObject({ replicas: 1, dataDir: expect.stringMatching(/^\/tmp\/seatrial-\d+-/) });
    expect(existsSync(report.dataDir)).toBe(false);
  });

  it("says that the loopback interface is down instead of waiting for it", async () => {
    const report = await bootRestricted({ prepare: "ip link set lo down" });
    expect(report.code).toBe("SEATRIAL_ENGINE_EXITED");
    expect(report.message).toMatch(
      /^The engine's apiserver failed after \d+ ms: apiserver: the loopback interface cannot be used, is it up\? /,
    );
  });
});

describe("the command with a read-only home directory", () => {
  beforeEach(async (context) => skipWithoutLinuxNamespaces(context));
  const restrictions = {
    prepare: readOnlyHome,
    prefix: 'env -u SEATRIAL_ENGINE -u SEATRIAL_CACHE_DIR -u XDG_CACHE_HOME -u XDG_STATE_HOME HOME="$WORK/home"',
  };
  const seatrial = '"$NODE" repo/bin/seatrial.js';

  it("names the variable that moves the cache when an engine must be built", async () => {
    const { exitCode, stderr, work } = await runRestricted(`${seatrial} check repo/charts/web`, restrictions);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`error: The cache directory ${work}/home/.cache/seatrial/engine is not writable: EROFS`);
    expect(stderr).toMatch(/\nHint: set SEATRIAL_CACHE_DIR to a writable directory$/);
  });

  it("names the variable that moves the state, and starts when it is set", async () => {
    const engine = 'env SEATRIAL_ENGINE="$WORK/engine"';
    const failed = await runRestricted(`${engine} ${seatrial} up`, restrictions);
    expect({ exitCode: failed.exitCode, stderr: failed.stderr }).toEqual({
      exitCode: 3,
      stderr: `error: The state directory ${failed.work}/home/.local/state/seatrial/default cannot be created: its file system is read-only\nHint: set SEATRIAL_STATE_DIR to a writable directory`,
    });
    const moved = { ...restrictions, env: { SEATRIAL_STATE_DIR: "state ä" } };
    const upAndDown = `sh -c 'eval "$(${seatrial} up)" && test -s "$KUBECONFIG"; ${seatrial} down'`;
    const { exitCode, stderr } = await runRestricted(`${engine} ${upAndDown}`, moved);
    expect(stderr).toMatch(/^The control plane is up after .*\nThe control plane \(process \d+\) was stopped$/);
    expect(exitCode).toBe(0);
  });
});
