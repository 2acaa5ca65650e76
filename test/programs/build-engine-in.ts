// Builds the module that the first argument describes, and writes its progress and the result as lines of JSON.
import { buildEngine } from "../../src/engine/binary/build-engine.ts";
import type { BuildPaths } from "../../src/engine/binary/build-paths.ts";

const paths = JSON.parse(process.argv[2] ?? "") as BuildPaths;
const location = await buildEngine({ onProgress: (progress) => console.log(JSON.stringify(progress)) }, paths);
console.log(JSON.stringify(location));
