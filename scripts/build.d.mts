/** Whether `dist` is complete and compiled from the sources as they are now. */
export function isBuilt(root: string): boolean;
