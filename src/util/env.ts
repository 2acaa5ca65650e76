/** The environment variables that seatrial reads, with their meanings. */
export interface Environment {
  /** Path of an engine to use instead of any other. */
  SEATRIAL_ENGINE?: string;
  /** Directory of seatrial's caches instead of `$XDG_CACHE_HOME/seatrial`. */
  SEATRIAL_CACHE_DIR?: string;
  /** `1`: use the control plane of `seatrial up` when one is running, and leave it running. */
  SEATRIAL_REUSE?: string;
  /** The directory with the programs `etcd` and `kube-apiserver` of the provider envtest. */
  KUBEBUILDER_ASSETS?: string;
  /** The path of the program `etcd` of the provider envtest. */
  TEST_ASSET_ETCD?: string;
  /** The path of the program `kube-apiserver` of the provider envtest. */
  TEST_ASSET_KUBE_APISERVER?: string;
  /** The directories in which programs are found, such as that of the provider k3s. */
  PATH?: string;
  /** Where the container engine of the provider container listens. */
  DOCKER_HOST?: string;
  /** The user's cache directory by the XDG convention. */
  XDG_CACHE_HOME?: string;
  /** Set by CI systems: progress is printed as plain lines. */
  CI?: string;
  /** Set to anything: no colour. */
  NO_COLOR?: string;
}

/** The directories in which programs are searched, as the variable `PATH` has them. */
export function readPath(): string {
  return process.env.PATH ?? "";
}

/** The value of an environment variable; `undefined` when it is absent or empty. */
export function readEnv(name: keyof Environment): string | undefined {
  const value = process.env[name];
  return value === undefined || value === "" ? undefined : value;
}
