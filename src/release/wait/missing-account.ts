/** The ServiceAccount that does not exist according to an answer of the API server about a Pod. */
export function missingAccountIn(message: string): string | undefined {
  return /error looking up service account [^:]*: serviceaccounts? "([^"]+)" not found/.exec(message)?.[1];
}

/** What to do about a hook of an uninstall whose ServiceAccount is gone. */
export function deletedAccountHint(name: string): string {
  return (
    `Helm deletes the ServiceAccount "${name}" before it runs post-delete hooks: make the hook pre-delete, ` +
    "or make the ServiceAccount and its roles post-delete hooks with a lower helm.sh/hook-weight"
  );
}
