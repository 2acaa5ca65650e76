import { createHash } from "node:crypto";
import type { LinkedModule } from "./linked-modules.ts";

/** What {@link makeSbom} describes. */
export interface SbomSubject {
  /** The name of the package. */
  name: string;
  version: string;
  licence: string;
  /** The SHA-256 of the program. */
  sha256: string;
}

/**
 * The bill of materials of a program in CycloneDX 1.6: each linked module with its version, package URL and licences. It has no time, and
 * its serial number follows from the program, so that it is the same for every build of the same program.
 */
export function makeSbom({ name, version, licence, sha256 }: SbomSubject, modules: readonly LinkedModule[]): object {
  const serial = createHash("sha256").update(`${name}@${version} ${sha256}`).digest("hex");
  const uuid = [
    serial.slice(0, 8),
    serial.slice(8, 12),
    `8${serial.slice(13, 16)}`,
    `8${serial.slice(17, 20)}`,
    serial.slice(20, 32),
  ].join("-");
  const own = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": own,
        name,
        version,
        purl: own,
        licenses: [{ license: { id: licence } }],
        hashes: [{ alg: "SHA-256", content: sha256 }],
      },
    },
    components: modules.map((module) => ({
      type: "library",
      "bom-ref": purlOf(module),
      name: module.path,
      version: module.version,
      purl: purlOf(module),
      licenses: module.licences.map((id) => ({ license: { id } })),
    })),
    dependencies: [{ ref: own, dependsOn: modules.map(purlOf) }],
  };
}

function purlOf({ path, version }: LinkedModule): string {
  return `pkg:golang/${path}@${version.replace("+", "%2B")}`;
}
