/** A user as whom requests are made, as `kubectl --as` does. */
export interface Impersonation {
  user: string;
  /** Besides `system:authenticated`, to which every user belongs. @default none */
  groups?: readonly string[] | undefined;
}

/** The headers of a request that is made as another user. */
export function impersonationHeaders(as: Impersonation | undefined): Record<string, string | string[]> {
  if (as === undefined) return {};
  const { user, groups = [] } = as;
  return { "impersonate-user": user, ...(groups.length === 0 ? {} : { "impersonate-group": [...groups] }) };
}
