#!/usr/bin/env node
// Plain CommonJS in the syntax and with the modules of old Node versions: they are to print one line, not a SyntaxError.

const fs = require("fs");
const path = require("path");
const url = require("url");

// What undici asks for, which @kubernetes/client-node brings.
const MINIMUM = [22, 19];
const EXIT_USAGE = 2;
const EXIT_COULD_NOT_CHECK = 3;

const root = path.dirname(__dirname);
const main = path.join(root, "dist", "cli", "main.js");

function isTooOld(version) {
  const [major, minor] = version.split(".").map(Number);
  return major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1]);
}

function fail(message, exitCode) {
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}

if (isTooOld(process.versions.node)) {
  const found = `this is ${process.version} (${process.execPath})`;
  fail(`seatrial needs Node.js ${MINIMUM.join(".")} or newer; ${found}`, EXIT_USAGE);
} else if (!fs.existsSync(main)) {
  fail(`seatrial is not compiled: ${main} is missing. Run \`npm run build\` in ${root}`, EXIT_USAGE);
} else {
  import(url.pathToFileURL(main).href)
    .then((cli) => cli.main(process.argv.slice(2)))
    .then(
      (exitCode) => {
        process.exitCode = exitCode;
      },
      (error) => fail(error instanceof Error ? error.stack : String(error), EXIT_COULD_NOT_CHECK),
    );
}
