import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";

/** A conformance test of Kubernetes. */
export interface Spec {
  /** The full name, such as `[sig-apps] Deployment should … [Conformance]`. */
  name: string;
  /** Such as `sig-apps`. */
  sig: string;
  /** Whether no other spec may run at the same time. */
  serial: boolean;
}

/** The conformance tests of the Kubernetes version in `sources`, as upstream lists them. */
export async function listSpecs(sources: string): Promise<Spec[]> {
  const path = join(sources, "test/conformance/testdata/conformance.yaml");
  const entries = load(await readFile(path, "utf8")) as { codename: string }[];
  return entries.map(({ codename }) => ({
    name: codename,
    sig: /^\[(sig-[a-z-]+)\]/.exec(codename)?.[1] ?? "none",
    serial: /\[(Serial|Disruptive)\]/.test(codename),
  }));
}
