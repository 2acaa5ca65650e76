/** A chart that has to be pulled. */
export type RemoteChart = (
  | { kind: "oci"; ref: string; host: string }
  /** The URL of an archive. */
  | { kind: "archive"; url: string }
  /** A chart of a repository with an index.yaml, by the repository's URL. */
  | { kind: "url"; repository: string; chart: string }
  /** A chart of a repository of a repositories.yaml, by the repository's name. */
  | { kind: "named"; repository: string; chart: string }
) & {
  /** @default the newest stable version */
  version?: string;
};

/**
 * Reads `oci://host/charts/web:1.2.3` (or `@1.2.3`), `https://host/charts/web@1.2.3`, `https://host/web-1.2.3.tgz` and
 * `repo/web@1.2.3`; `undefined` for any other text, which is a path.
 */
export function parseRemoteChart(text: string): RemoteChart | undefined {
  const oci = /^oci:\/\/([^/]+)\/(.+)$/.exec(text);
  if (oci !== null) return parseOci(oci[1] ?? "", oci[2] ?? "");
  if (/^https?:\/\/\S+\.(?:tgz|tar\.gz)$/.test(text)) return { kind: "archive", url: text };
  const url = /^(https?:\/\/.+)\/([^/@]+)(?:@([^/@]+))?$/.exec(text);
  if (url !== null) return withVersion({ kind: "url", repository: url[1] ?? "", chart: url[2] ?? "" }, url[3]);
  const named = /^([\w.-]+)\/([\w.-]+)@([^/@]+)$/.exec(text);
  if (named === null || named[1]?.startsWith(".")) return undefined;
  return withVersion({ kind: "named", repository: named[1] ?? "", chart: named[2] ?? "" }, named[3]);
}

/** The text without a password, for people. */
export function withoutPassword(text: string): string {
  return text.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

// A digest is a part of the reference; the version of a tag is checked by Helm.
function parseOci(host: string, path: string): RemoteChart {
  const [, repository = path, mark, tag] = /^(.*?)(?:([:@])([^/]+))?$/.exec(path) ?? [];
  if (mark === "@" && tag?.startsWith("sha256:"))
    return { kind: "oci", ref: `oci://${host}/${repository}@${tag}`, host };
  return withVersion({ kind: "oci", ref: `oci://${host}/${repository}`, host }, tag);
}

function withVersion<Remote extends RemoteChart>(remote: Remote, version: string | undefined): Remote {
  return version === undefined ? remote : { ...remote, version };
}
