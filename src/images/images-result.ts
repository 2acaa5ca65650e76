import type { ObjectRef } from "../kube/object-ref.ts";
import type { TrialChart } from "../trial/trial-result.ts";
import type { Verdict } from "../trial/verdict.ts";
import type { ValuesCase } from "../values/values-result.ts";
import type { ImageReference } from "./image-reference.ts";

/** As what an object names an image. */
export type ImageRole =
  | "container"
  | "init container"
  | "ephemeral container"
  | "volume"
  /** A field of a custom resource: its operator decides what it means. */
  | "custom resource"
  /** An argument or an environment variable of a container, by its name. */
  | "argument";

/** A field of an object that names an image. */
export interface ImageUse {
  object: ObjectRef;
  role: ImageRole;
  /** The name of the container or the volume. */
  name?: string;
  /** `spec.template.spec.containers[0].image` */
  field: string;
  /** `web/templates/deployment.yaml` */
  template: string;
  /** The events of a hook: `pre-install`. */
  hook?: string[];
  /** The values that change the image, such as `image.repository`, and `.Chart.AppVersion`. */
  values: string[];
  /** The cases in which the object has the image. */
  cases: string[];
}

/** An image of a chart. */
export interface ChartImage {
  /** As the objects name it. */
  image: string;
  /** Its parts; absent when it is misspelt. */
  reference?: ImageReference;
  /** Why the kubelet cannot pull it. */
  problem?: string;
  /** Only with `--online`: whether its registry has it; absent when the registry could not be asked. */
  exists?: boolean;
  /** Why the registry could not be asked. */
  registryError?: string;
  /** Plain words: `no tag`, `tag latest`. */
  info: string[];
  uses: ImageUse[];
}

/** The images of a chart. */
export interface ChartImages {
  chart: TrialChart;
  verdict: Verdict;
  cases: ValuesCase[];
  images: ChartImage[];
}

/** The result of `seatrial images`. */
export interface ImagesResult {
  verdict: Verdict;
  charts: ChartImages[];
  notes: string[];
  durationMs: number;
}
