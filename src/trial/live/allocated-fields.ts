import type { PathSegment } from "../../util/field-changes.ts";

// Fields that the API server, the scheduler and the volume binder allocate unless somebody has set them.
const allocated: Record<string, readonly RegExp[]> = {
  Service: [/^spec\.clusterIPs?$/, /^spec\.healthCheckNodePort$/, /^spec\.ports\.\d+\.nodePort$/],
  PersistentVolumeClaim: [/^spec\.volumeName$/],
  PersistentVolume: [/^spec\.claimRef\.(?:uid|resourceVersion)$/],
  Pod: [/^spec\.nodeName$/],
};

/** Whether the value of a field is allocated when nobody sets it. */
export function isAllocatable(kind: string, path: readonly PathSegment[]): boolean {
  return allocated[kind]?.some((pattern) => pattern.test(path.join("."))) === true;
}
