import { describe, expect, it } from "vitest";
import { parseRemoteChart, withoutPassword } from "../../../src/trial/previous/remote-chart.ts";

describe("parseRemoteChart", () => {
  const host = "127.0.0.1:5000";
  const oci = { kind: "oci", host, ref: `oci://${host}/charts/web` };

  it.each([
    [`oci://${host}/charts/web:1.2.3`, { ...oci, version: "1.2.3" }],
    [`oci://${host}/charts/web@1.2.3`, { ...oci, version: "1.2.3" }],
    [`oci://${host}/charts/web`, oci],
    [`oci://${host}/charts/web@sha256:ab12`, { ...oci, ref: `${oci.ref}@sha256:ab12` }],
    [
      "https://a.example/charts/web@1.2.3",
      { kind: "url", repository: "https://a.example/charts", chart: "web", version: "1.2.3" },
    ],
    ["http://a.example:80/web", { kind: "url", repository: "http://a.example:80", chart: "web" }],
    ["https://a.example/web-1.2.3.tgz", { kind: "archive", url: "https://a.example/web-1.2.3.tgz" }],
    ["stable/web@1.2.3", { kind: "named", repository: "stable", chart: "web", version: "1.2.3" }],
  ])("reads %s", (text, remote) => {
    expect(parseRemoteChart(text)).toEqual(remote);
  });

  it.each(["charts/web", "./web@1.0.0", "../web@1.0.0", "/charts/web@1.0.0", "a/b/web@1.0.0", "web-1.0.0.tgz", "web"])(
    "leaves the path %s alone",
    (path) => {
      expect(parseRemoteChart(path)).toBeUndefined();
    },
  );
});

describe("withoutPassword", () => {
  it("hides the login of a URL", () => {
    expect(withoutPassword("https://me:secret@a.example/web@1.0.0")).toBe("https://a.example/web@1.0.0");
    expect(withoutPassword("stable/web@1.0.0")).toBe("stable/web@1.0.0");
  });
});
