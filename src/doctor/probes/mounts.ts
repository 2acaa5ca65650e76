import { type Machine, readBelow } from "../machine.ts";

/** Whether the file system that holds a path is mounted `noexec`; false where mounts cannot be read. */
export async function isNoexec(machine: Machine, path: string): Promise<boolean> {
  const mounts = (await readBelow(machine, "proc/self/mounts")) ?? "";
  let longest = "";
  let options: string[] = [];
  for (const line of mounts.split("\n")) {
    const [, escaped = "", , list = ""] = line.split(" ");
    const point = unescapeOctal(escaped);
    // The last of several mounts on one point hides the others.
    if (escaped === "" || !isBelow(path, point) || point.length < longest.length) continue;
    longest = point;
    options = list.split(",");
  }
  return options.includes("noexec");
}

function isBelow(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

// Spaces, tabs, line breaks and backslashes are written as three octal digits.
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
