// Builds the module that the first argument describes, and writes each progress and the result as a line of JSON.
import { buildEngine } from "../../src/engine/binary/build-engine.ts";
import type { EnginePlace } from "../../src/engine/binary/build-paths.ts";

const place = JSON.parse(process.argv[2] ?? "") as EnginePlace;
const location = await buildEngine({ onProgress: (progress) => console.log(JSON.stringify(progress)) }, place);
console.log(JSON.stringify(location));
