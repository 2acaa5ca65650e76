// Finds or builds an engine with the paths in its argument, and prints where it is as a line of JSON.
import type { BuildPaths } from "../../src/engine/binary/build-paths.ts";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";

const paths = JSON.parse(process.argv[2] ?? "") as BuildPaths;
console.log(JSON.stringify(await provideEngine({}, paths)));
