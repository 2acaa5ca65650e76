import { UsageError } from "../../errors/usage-error.ts";
import { checkOptions } from "../../util/check-options.ts";
import { k3sVersions } from "./k3s-images.ts";

/** K3s in a container, by the packages `@testcontainers/k3s` and `testcontainers`, in which Pods have real containers. */
export interface ContainerOptions {
  name: "container";
  /** The minor version of Kubernetes, such as `1.36`. @default the newest that has an image */
  kubernetesVersion?: string | undefined;
  /** The image, instead of that of {@link ContainerOptions.kubernetesVersion}. */
  image?: string | undefined;
  /**
   * Images for the Pods, which then are not pulled: each the path of a tar, as `docker save` writes it, or the name of an image
   * that the local container engine has. @default none
   */
  imagesToLoad?: string[] | undefined;
  /** Whether Services of type LoadBalancer get an address. @default true */
  servicelb?: boolean | undefined;
  /** Whether metrics-server runs, which HorizontalPodAutoscalers need; the start then waits for it. @default false */
  metricsServer?: boolean | undefined;
  /** More arguments of `k3s server`. @default none */
  serverArgs?: string[] | undefined;
  /** Whether the container stays for later runs with the same options, which then use it. @default false: it is removed at the end */
  withReuse?: boolean | undefined;
}

/** How long K3s may take to be ready by default, in milliseconds, without the time of a pull. */
export const CONTAINER_START_TIMEOUT_MS = 120_000;

/** Throws `SEATRIAL_USAGE` for an unknown option, one of the wrong type, or a version that has no image. */
export function checkContainerOptions(call: string, options: ContainerOptions): void {
  checkOptions<ContainerOptions>(call, options, {
    name: "string",
    kubernetesVersion: "string",
    image: "string",
    imagesToLoad: "string[]",
    servicelb: "boolean",
    metricsServer: "boolean",
    serverArgs: "string[]",
    withReuse: "boolean",
  });
  const { kubernetesVersion, image } = options;
  if (kubernetesVersion === undefined) return;
  if (image !== undefined) {
    throw new UsageError(`${call}: options "image" and "kubernetesVersion" cannot be used together`);
  }
  if (k3sVersions.includes(kubernetesVersion)) return;
  throw new UsageError(`${call}: there is no image of K3s for Kubernetes ${kubernetesVersion}`, {
    hint: `use one of ${k3sVersions.join(", ")}, or name an image with "image"`,
  });
}
