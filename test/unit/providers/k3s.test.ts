import { describe, expect, it } from "vitest";
import { k3sFiles, serverArguments } from "../../../src/providers/k3s/server-arguments.ts";
import { readProviderOption } from "../../../src/providers/provider-options.ts";

describe("serverArguments", () => {
  const args = serverArguments(k3sFiles("/private"), 40123);

  it("runs the server without an agent and without what needs one", () => {
    expect(args[0]).toBe("server");
    expect(args).toEqual(expect.arrayContaining(["--disable-agent", "--flannel-backend=none", "--rootless"]));
  });

  it("listens on loopback only", () => {
    const addresses = args.filter((arg) => /^--(?:\w+-)*(?:address|ip)=/.test(arg));
    expect(addresses).toEqual(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--node-ip=127.0.0.1"]);
    expect(args).toContain("--https-listen-port=40123");
  });

  it("names only files in the private directory", () => {
    const paths = args.flatMap((arg) => [...(/=(\/.*)/.exec(arg) ?? [])].slice(1));
    expect(paths).toEqual(["/private/k3s-config.yaml", "/private/k3s", "/private/k3s.yaml"]);
  });
});

describe("the option provider", () => {
  it("takes k3s by its name and with a path", () => {
    expect(readProviderOption("call", "k3s")).toEqual({ name: "k3s" });
    expect(readProviderOption("call", { name: "k3s", path: "/opt/k3s" })).toEqual({ name: "k3s", path: "/opt/k3s" });
  });

  it("refuses an unknown option of k3s", () => {
    const wrong = { name: "k3s", pth: "/opt/k3s" } as never;
    expect(() => readProviderOption("call", wrong)).toThrow(/^call: provider k3s: .*"pth"/);
  });
});
