import type { Answer, FaultGroup, Place, Scene } from "./fault.ts";

/** A chart on disk that has one fault, or none. */
export interface SeededChart {
  /** Unique within a run. */
  id: string;
  group: FaultGroup | "fixtures";
  title: string;
  answer: Answer;
  /** What a report has to name. */
  place: Place;
  steps?: readonly string[] | undefined;
  scene?: Scene | undefined;
  directory: string;
  /** The same chart without the fault. What a tool says about both is not about the fault. */
  base: string | undefined;
  releaseName: string;
  /** Values files to pass, besides values.yaml. */
  valuesFiles: readonly string[];
  /** What other versions of Kubernetes the chart is for. */
  kubeVersion?: string | undefined;
  /** The names that the object at fault may have. */
  names: readonly string[];
}

/** Stands for the namespace in {@link SeededChart.names}: objects outside namespaces often have it in their names. */
export const NAMESPACE = "NAMESPACE";
