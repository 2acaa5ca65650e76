import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/chart/manifest.ts";
import { findImages } from "../../../src/images/find-images.ts";

function imagesIn(manifest: string): string[] {
  return parseManifest(manifest)
    .flatMap((document) => findImages({ ...document, role: "manifest" }))
    .map(({ image, role, field, name }) => [image, role, field, name].filter((part) => part !== undefined).join(" | "));
}

describe("the images of an object", () => {
  it("are those of all containers and volumes of its Pods", () => {
    const found = imagesIn(`
apiVersion: batch/v1
kind: CronJob
metadata: { name: a }
spec:
  jobTemplate:
    spec:
      template:
        spec:
          initContainers: [{ name: i, image: "init:1" }]
          containers: [{ name: c, image: "app:1" }]
          volumes: [{ name: v, image: { reference: "data:1" } }, { name: e, emptyDir: {} }]
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: { name: b }
    spec: { containers: [{ name: c, image: "" }], ephemeralContainers: [{ name: d, image: "debug:1" }] }
`);
    expect(found).toEqual([
      "init:1 | init container | spec.jobTemplate.spec.template.spec.initContainers[0].image | i",
      "app:1 | container | spec.jobTemplate.spec.template.spec.containers[0].image | c",
      "data:1 | volume | spec.jobTemplate.spec.template.spec.volumes[0].image.reference | v",
      " | container | spec.containers[0].image | c",
      "debug:1 | ephemeral container | spec.ephemeralContainers[0].image | d",
    ]);
  });

  it("are in custom resources where a Pod or a field for an image is", () => {
    const found = imagesIn(`
apiVersion: example.com/v1
kind: Cluster
metadata: { name: a }
spec:
  image: registry.example.com/db:1
  proxyImage: ghcr.io/a/proxy:2
  backup: { image: { repository: example.com/backup, tag: 3 } }
  nodes:
    - podTemplate: { spec: { containers: [{ name: c, image: "app:1" }] } }
  logo: { image: banner }
  imageName: x
`);
    expect(found).toEqual([
      "app:1 | container | spec.nodes[0].podTemplate.spec.containers[0].image | c",
      "registry.example.com/db:1 | custom resource | spec.image",
      "ghcr.io/a/proxy:2 | custom resource | spec.proxyImage",
      "example.com/backup:3 | custom resource | spec.backup.image",
    ]);
  });

  it("are in arguments and variables that are named so", () => {
    const found = imagesIn(`
apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - name: operator
      image: operator:1
      args: ["--config-reloader-image=quay.io/a/reloader:1", "--image-pull-policy=Always", "--url=http://a/b:1"]
      env: [{ name: RELATED_IMAGE_PROXY, value: "quay.io/a/proxy:1" }, { name: IMAGES, value: "a/b" }]
`);
    expect(found.slice(1)).toEqual([
      "quay.io/a/reloader:1 | argument | spec.containers[0].args[0] | operator",
      "quay.io/a/proxy:1 | argument | spec.containers[0].env[0].value | operator",
    ]);
  });

  it("are not in objects without Pods, and not in definitions", () => {
    const definition = parseManifest(
      "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ image: x }] }",
    );
    expect(definition.flatMap((document) => findImages({ ...document, role: "crd" }))).toEqual([]);
    expect(imagesIn("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { image: 'a:1' }")).toEqual([]);
  });
});
