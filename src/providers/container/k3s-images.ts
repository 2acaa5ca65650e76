/**
 * The image of each minor version of Kubernetes, newest first. The tags are those of https://docs.k3s.io/release-notes; a tag is
 * never moved to other contents.
 */
export const k3sImages: Readonly<Record<string, string>> = {
  "1.37": "rancher/k3s:v1.37.1-k3s1",
  "1.36": "rancher/k3s:v1.36.2-k3s1",
  "1.35": "rancher/k3s:v1.35.5-k3s1",
  "1.34": "rancher/k3s:v1.34.6-k3s1",
  "1.33": "rancher/k3s:v1.33.5-k3s1",
  "1.32": "rancher/k3s:v1.32.5-k3s1",
  "1.31": "rancher/k3s:v1.31.14-k3s1",
  "1.30": "rancher/k3s:v1.30.14-k3s2",
};

/** The minor versions of Kubernetes that have an image, newest first. */
export const k3sVersions: readonly string[] = Object.keys(k3sImages).sort((a, b) => minorOf(b) - minorOf(a));

function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** The image of a minor version of Kubernetes. @param version @default the newest */
export function k3sImageFor(version = k3sVersions[0] ?? ""): string {
  const image = k3sImages[version];
  if (image === undefined) throw new Error(`there is no image of K3s for Kubernetes ${version}`);
  return image;
}
