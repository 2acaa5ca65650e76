/**
 * A program for `node --eval` that makes files in a folder for half a second, unless the folder goes: as an engine does that
 * is being killed in the middle of its writes.
 */
export const slowDeath = (folder: string): string => `
  const { writeFileSync } = require("node:fs");
  const until = Date.now() + 500;
  for (let made = 0; Date.now() < until; made++)
    writeFileSync(${JSON.stringify(folder)} + "/" + process.pid + "-" + made, "");
`;
