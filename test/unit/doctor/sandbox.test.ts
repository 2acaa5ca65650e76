import { describe, expect, it } from "vitest";
import { probeSandbox } from "../../../src/doctor/probes/sandbox.ts";
import { makeMachine } from "../../helpers/doctor/machine.ts";

const quiet = { dmesg: "exit 1" };
const gvisor = "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n";
const linux = "Linux version 6.12.9 (builder@host) (gcc 12) #1 SMP PREEMPT_DYNAMIC\n";
const wsl = "Linux version 5.15.167.4-microsoft-standard-WSL2 (root@host) #1 SMP\n";

describe("probeSandbox", () => {
  it.each([
    ["gVisor by its kernel", { "proc/version": gvisor }, {}, [["gVisor", "/proc/version"]]],
    ["WSL by its kernel", { "proc/version": wsl }, {}, [["WSL", "/proc/version"]]],
    ["Docker by its file", { ".dockerenv": "" }, {}, [["Docker container", "/.dockerenv"]]],
    ["Podman by its file", { "run/.containerenv": "" }, {}, [["Podman container", "/run/.containerenv"]]],
    ["Podman by its variable", {}, { container: "podman" }, [["Podman container", "container"]]],
    ["another container manager", {}, { container: "systemd-nspawn" }, [["systemd-nspawn container", "container"]]],
    ["Codespaces", {}, { CODESPACES: "true" }, [["GitHub Codespaces", "CODESPACES"]]],
    ["a devcontainer", {}, { REMOTE_CONTAINERS: "true" }, [["devcontainer", "REMOTE_CONTAINERS"]]],
    [
      "a pod by its variable",
      {},
      { KUBERNETES_SERVICE_HOST: "10.0.0.1" },
      [["Kubernetes pod", "KUBERNETES_SERVICE_HOST"]],
    ],
    [
      "a pod by its control group",
      { "proc/self/cgroup": "0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-1.scope\n" },
      {},
      [["Kubernetes pod", "/proc/self/cgroup"]],
    ],
    [
      "a container by its control group",
      { "proc/self/cgroup": "4:memory:/docker/75e5\n" },
      {},
      [["Docker container", "/proc/self/cgroup"]],
    ],
    [
      "gVisor in a pod, each once",
      { "proc/version": gvisor, "proc/self/cgroup": "0::/kubepods/pod1\n" },
      { KUBERNETES_SERVICE_HOST: "10.0.0.1" },
      [
        ["gVisor", "/proc/version"],
        ["Kubernetes pod", "KUBERNETES_SERVICE_HOST"],
      ],
    ],
    [
      "nothing on a plain machine",
      { "proc/version": linux, "proc/self/cgroup": "0::/user.slice/user-1000.slice\n" },
      { CODESPACES: "false", DEVCONTAINER: "" },
      [],
    ],
  ])("knows %s", async (_name, files, env, expected) => {
    const facts = await probeSandbox(await makeMachine({ files, env, programs: quiet }));
    expect(facts).toEqual(expected.map(([kind, evidence]) => ({ kind, evidence })));
  });

  it("recognises another version of gVisor by the boot messages of its kernel", async () => {
    const programs = { dmesg: 'echo "[    0.000000] Starting gVisor..."' };
    const facts = await probeSandbox(await makeMachine({ files: { "proc/version": linux }, programs }));
    expect(facts).toEqual([{ kind: "gVisor", evidence: "dmesg" }]);
  });
});
