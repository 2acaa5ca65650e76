import { mkdir, open, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeChart } from "./write-chart.ts";

/** One member of a packaged chart; a link when `target` is set. */
export interface Member {
  name: string;
  content?: string | Buffer;
  target?: string;
}

/** A packaged chart `demo-0.1.0.tgz` with a Chart.yaml and these members, below a chart's directory. */
export async function writePackage(members: readonly Member[]): Promise<string> {
  const chart: Member = { name: "demo/Chart.yaml", content: "apiVersion: v2\nname: demo\nversion: 0.1.0\n" };
  const path = join(dirname(await writeChart({})), "demo-0.1.0.tgz");
  await writeFile(path, gzipSync(Buffer.concat([...[chart, ...members].map(toTar), Buffer.alloc(1024)])));
  return path;
}

/** A sparse file of `bytes` zeros, below an existing directory. */
export async function writeSparse(path: string, bytes: number): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await (await open(path, "w")).close();
  await truncate(path, bytes);
  return path;
}

/** "Billion laughs": nine lines of YAML that mean ten to the ninth values. */
export const yamlBomb = [..."abcdefghi"]
  .map((name, index, names) => {
    const item = index === 0 ? "x" : `*${names[index - 1]}`;
    return `${name}: &${name} [${Array(10).fill(item).join(",")}]\n`;
  })
  .join("");

// One member in the ustar format.
function toTar({ name, content = "", target = "" }: Member): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write(`${"0".repeat(11)}\0`, 136);
  header.write(target === "" ? "0" : "2", 156);
  header.write(target, 157);
  header.write("ustar\0" + "00", 257);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}
