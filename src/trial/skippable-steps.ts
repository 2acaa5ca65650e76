/** The steps that `--skip` can leave out: no other step needs what they do. */
export const skippableSteps = ["test", "upgrade", "reinstall", "upgrade-from", "rollback", "helm-upgrade"] as const;
/** A step that can be left out. */
export type SkippableStep = (typeof skippableSteps)[number];

/** Whether the text is the name of such a step. */
export function isSkippable(name: string): name is SkippableStep {
  return (skippableSteps as readonly string[]).includes(name);
}
