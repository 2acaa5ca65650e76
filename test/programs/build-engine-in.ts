// Builds the module that the first argument describes, and writes its progress and the result as lines of JSON.
import { buildEngine } from "../../src/engine/binary/build-engine.ts";
import type { EnginePlace } from "../../src/engine/binary/build-paths.ts";

const place = JSON.parse(process.argv[2] ?? "") as EnginePlace;
const location = await buildEngine({ onProgress: (progress) => console.log(JSON.stringify(progress)) }, place);
console.log(JSON.stringify(location));
