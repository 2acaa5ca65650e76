/** The levels of the Pod Security Standards, the least strict first. */
export const podSecurityLevels = ["privileged", "baseline", "restricted"] as const;

/** A level of the Pod Security Standards. */
export type PodSecurityLevel = (typeof podSecurityLevels)[number];

export function isPodSecurityLevel(text: string): text is PodSecurityLevel {
  return (podSecurityLevels as readonly string[]).includes(text);
}

/** Whether a level is at least as strict as another. */
export function isAsStrictAs(level: PodSecurityLevel, other: PodSecurityLevel): boolean {
  return podSecurityLevels.indexOf(level) >= podSecurityLevels.indexOf(other);
}

/** The next stricter level; `undefined` of the strictest. */
export function nextLevel(level: PodSecurityLevel): PodSecurityLevel | undefined {
  return podSecurityLevels[podSecurityLevels.indexOf(level) + 1];
}

/** The labels of a namespace that refuses Pods below a level, and warns of workloads whose Pods it will refuse. */
export function podSecurityLabels(level: PodSecurityLevel | undefined): Record<string, string> {
  if (level === undefined) return {};
  return { "pod-security.kubernetes.io/enforce": level, "pod-security.kubernetes.io/warn": level };
}
