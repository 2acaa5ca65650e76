/** An image as the kubelet reads its name. */
export interface ImageReference {
  /** `docker.io`, `registry.example.com:5000` */
  registry: string;
  /** `library/nginx` */
  repository: string;
  /** Absent without a tag: then it is `latest`, unless there is a digest. */
  tag?: string;
  /** `sha256:…` */
  digest?: string;
}

// The grammar of github.com/distribution/reference v0.6.0, which the kubelet uses.
const alphanumeric = "[a-z0-9]+";
const pathComponent = `${alphanumeric}(?:(?:[._]|__|-+)${alphanumeric})*`;
const domainName = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const domain = `(?:${domainName}(?:\\.${domainName})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const digestPattern = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const reference = new RegExp(
  `^((?:${domain}/)?${pathComponent}(?:/${pathComponent})*)(?::(\\w[\\w.-]{0,127}))?(?:@(${digestPattern}))?$`,
);
const identifier = /^[a-f0-9]{64}$/;
const MAX_NAME = 255;

// The algorithms of github.com/opencontainers/go-digest; a digest of another one cannot be verified.
const digestLengths: Record<string, number> = { sha256: 64, sha384: 96, sha512: 128 };

/** The image that a text names, or why it names none. */
export function parseImage(text: string): { reference: ImageReference } | { problem: string } {
  const match = reference.exec(text);
  if (match === null) return { problem: problemOf(text) };
  const [, name = "", tag, digest] = match;
  if (identifier.test(text)) return { problem: "64 hexadecimal digits are an id, not a name" };
  const { registry, repository } = splitName(name);
  if (!new RegExp(`^${pathComponent}(?:/${pathComponent})*$`).test(repository)) return { problem: problemOf(text) };
  if (`${registry}/${repository}`.length > MAX_NAME)
    return { problem: `the name has more than ${MAX_NAME} characters` };
  const problem = digest === undefined ? undefined : digestProblem(digest);
  if (problem !== undefined) return { problem };
  const more = { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
  return { reference: { registry, repository, ...more } };
}

// A first part without a dot and a port is a directory of Docker Hub, unless it cannot be one.
function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const registry = isDomain ? first : "docker.io";
  const rest = isDomain ? name.slice(slash + 1) : name;
  const isHub = registry === "docker.io" || registry === "index.docker.io";
  return {
    registry: isHub ? "docker.io" : registry,
    repository: isHub && !rest.includes("/") ? `library/${rest}` : rest,
  };
}

function digestProblem(digest: string): string | undefined {
  const [algorithm = "", hex = ""] = digest.split(":");
  const length = digestLengths[algorithm];
  if (length === undefined) return `the digest has the unknown algorithm ${algorithm}`;
  if (hex.length !== length || hex !== hex.toLowerCase())
    return `a ${algorithm} digest has ${length} lower-case hexadecimal digits, and this one has ${hex.length}`;
  return undefined;
}

// The most frequent mistakes of templates, by the part that is wrong.
function problemOf(text: string): string {
  if (text === "") return "it is empty";
  if (/\s/.test(text)) return "it contains white space";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return "it begins with a scheme, such as https://";
  if (text.includes("<no value>") || text.includes("<nil>") || text.includes("%!"))
    return "it contains what a template prints for a missing value";
  const [name = "", digest] = text.split("@", 2);
  if (digest !== undefined && !new RegExp(`^${digestPattern}$`).test(digest))
    return digest === "" ? "it ends in @, and has no digest" : `${digest} is not a digest such as sha256:…`;
  const [, repository = "", tag] = /^(.*?)(?::([^/:]*))?$/.exec(name) ?? [];
  if (tag === "") return "it has a colon and no tag";
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag))
    return `${tag} is not a tag: a tag has at most 128 letters, digits and _.- and does not begin with . or -`;
  if (repository === "") return "it has a tag and no name";
  if (/^\/|\/\/|\/$/.test(repository)) return "a part of its name between slashes is empty";
  if (repository.includes(":") && !/^[^/]*:\d+\//.test(repository)) return "it has more than one tag";
  if (/[A-Z]/.test(repository.replace(/^[^/]*[.:][^/]*\//, ""))) return "the name must be in lower case";
  return "it is not the name of an image";
}
