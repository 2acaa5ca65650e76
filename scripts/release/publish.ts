// Publishes the packed packages in a directory: npm run release:publish -- [--from release] [--tag v1.2.3] [--registry URL] [--provenance]
//
// The platform packages come first, and each must be served before seatrial itself is published: nobody can install a seatrial without
// its engines. A run that failed half-way can be repeated: what the registry serves already is compared and not published again.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { publishRelease } from "./publish-release.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "release" },
    tag: { type: "string" },
    registry: { type: "string", default: "https://registry.npmjs.org/" },
    provenance: { type: "boolean", default: false },
  },
});
await publishRelease({ ...values, from: resolve(values.from), log: (line) => console.log(line) });
