/** An object that does not exist, or a key that an object does not have. */
export interface Missing {
  kind: string;
  name: string;
  key?: string;
}

/** Why an object is not ready. */
export interface Problem {
  reason: string;
  message: string;
  /** Whether waiting longer is pointless. */
  isTerminal: boolean;
  /** Equal for problems that are the same in several Pods. @default the message */
  key?: string;
  /** The object or key whose absence is the problem. */
  missing?: Missing | undefined;
  /**
   * Whether the chart can be right: the control plane lacks something that a cluster may have, or the object waits on
   * purpose. @default false
   */
  isOfCluster?: boolean;
  /** Waiting is pointless if nothing but Helm and the control plane changes objects. @default false */
  needsOthers?: boolean;
  /** One action that the reader can take. */
  hint?: string;
}
