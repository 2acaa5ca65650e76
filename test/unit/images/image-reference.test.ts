import { describe, expect, it } from "vitest";
import { parseImage } from "../../../src/images/image-reference.ts";

const hex = "0123456789abcdef".repeat(4);

describe("an image", () => {
  it.each([
    ["nginx", { registry: "docker.io", repository: "library/nginx" }],
    ["bitnami/nginx:1.27", { registry: "docker.io", repository: "bitnami/nginx", tag: "1.27" }],
    ["docker.io/nginx", { registry: "docker.io", repository: "library/nginx" }],
    ["index.docker.io/a/b", { registry: "docker.io", repository: "a/b" }],
    ["localhost/app", { registry: "localhost", repository: "app" }],
    ["localhost:5000/app:1", { registry: "localhost:5000", repository: "app", tag: "1" }],
    ["registry.k8s.io/a/b/c:v1.2.3-4_x", { registry: "registry.k8s.io", repository: "a/b/c", tag: "v1.2.3-4_x" }],
    ["[2001:db8::1]:5000/app", { registry: "[2001:db8::1]:5000", repository: "app" }],
    ["Example.com/app", { registry: "Example.com", repository: "app" }],
    ["a__b/c--d.e", { registry: "docker.io", repository: "a__b/c--d.e" }],
    [`ghcr.io/a/b:1@sha256:${hex}`, { registry: "ghcr.io", repository: "a/b", tag: "1", digest: `sha256:${hex}` }],
    [`a@sha512:${hex}${hex}`, { registry: "docker.io", repository: "library/a", digest: `sha512:${hex}${hex}` }],
    ["test:5000/repo", { registry: "test:5000", repository: "repo" }],
    ["test:5000", { registry: "docker.io", repository: "library/test", tag: "5000" }],
  ])("%s is read as the kubelet reads it", (text, reference) => {
    expect(parseImage(text)).toEqual({ reference });
  });

  it.each([
    ["", "it is empty"],
    ["nginx: 1.27", "white space"],
    ["https://docker.io/nginx", "it begins with a scheme"],
    ["nginx:", "a colon and no tag"],
    [":1.27", "a tag and no name"],
    ["/nginx", "between slashes is empty"],
    ["docker.io//nginx:1", "between slashes is empty"],
    ["docker.io/nginx/", "between slashes is empty"],
    ["docker.io/Bitnami/nginx", "lower case"],
    ["nginx:1:2", "more than one tag"],
    ["nginx:-1", "-1 is not a tag"],
    [`nginx:${"a".repeat(129)}`, "is not a tag"],
    ["nginx:<no value>", "white space"],
    ["nginx:%!s(int=1)", "a missing value"],
    ["nginx@", "has no digest"],
    ["nginx@sha256:abc", "sha256:abc is not a digest"],
    [`nginx@sha256:${hex.slice(2)}`, "has 64 lower-case hexadecimal digits, and this one has 62"],
    [`nginx@sha256:${hex.toUpperCase()}`, "lower-case"],
    [`nginx@md5:${hex}`, "unknown algorithm md5"],
    [hex, "an id, not a name"],
    [`${"a/".repeat(128)}a`, "more than 255 characters"],
    ["a..b", "it is not the name of an image"],
    ["a___b", "it is not the name of an image"],
    ["-a/b", "it is not the name of an image"],
  ])("%j is refused: %s", (text, problem) => {
    expect(parseImage(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
