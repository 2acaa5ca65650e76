import { open } from "node:fs/promises";
import { endianness } from "node:os";

// The headers of an executable file of some 160 MB lie within its first pages.
const HEADER_BYTES = 64 * 1024;

// Of ELF, the e_machine of each processor as Node names it; of Mach-O, the cputype.
const elfMachines: Partial<Record<string, number>> = {
  x64: 62,
  arm64: 183,
  ppc64: 21,
  s390x: 22,
  riscv64: 243,
  loong64: 258,
};
const machTypes: Partial<Record<string, number>> = { x64: 0x0100_0007, arm64: 0x0100_000c };

/**
 * Why an executable file cannot be an engine for this machine, by its headers: it is empty, ends too early, or is for another
 * processor or system. The kernel and the C library would run some of these files as shell scripts. `undefined`: it can be, and
 * so can a script.
 */
export async function findDamage(path: string): Promise<string | undefined> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const header = Buffer.alloc(Math.min(size, HEADER_BYTES));
    await file.read(header, 0, header.length, 0);
    if (size === 0) return "it is empty";
    if (header.toString("latin1", 0, 2) === "#!") return undefined;
    try {
      return judge(header, size);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return `it ends after ${size} bytes, in the middle of its headers`;
    }
  } finally {
    await file.close();
  }
}

function judge(header: Buffer, size: number): string | undefined {
  if (process.platform === "win32") return header.toString("latin1", 0, 2) === "MZ" ? undefined : notAProgram;
  if (process.platform === "darwin")
    return header.readUInt32LE(0) === 0xfeed_facf ? judgeMach(header, size) : notAProgram;
  return header.toString("latin1", 0, 4) === "\u007fELF" ? judgeElf(header, size) : notAProgram;
}

const notAProgram = `it is not a program for ${process.platform}`;
const otherProcessor = `it is a program for another processor than ${process.arch}`;

function judgeElf(header: Buffer, size: number): string | undefined {
  const isBig = header.readUInt8(5) === 2;
  const expected = elfMachines[process.arch];
  const machine = isBig ? header.readUInt16BE(18) : header.readUInt16LE(18);
  if (isBig !== (endianness() === "BE") || (expected !== undefined && machine !== expected)) return otherProcessor;
  // The sizes below are those of 64 bits.
  if (header.readUInt8(4) !== 2) return expected === undefined ? undefined : otherProcessor;
  const read64 = (at: number) => Number(isBig ? header.readBigUInt64BE(at) : header.readBigUInt64LE(at));
  const read16 = (at: number) => (isBig ? header.readUInt16BE(at) : header.readUInt16LE(at));
  const [start, entryBytes, count] = [read64(32), read16(54), read16(56)];
  const ends = Array.from({ length: count }, (_, index) => {
    const at = start + index * entryBytes;
    return read64(at + 8) + read64(at + 32);
  });
  return tooShort(Math.max(0, ...ends), size);
}

const SEGMENT_64 = 0x19;

function judgeMach(header: Buffer, size: number): string | undefined {
  const expected = machTypes[process.arch];
  if (expected !== undefined && header.readUInt32LE(4) !== expected) return otherProcessor;
  let end = 0;
  let at = 32;
  for (let left = header.readUInt32LE(16); left > 0; left--) {
    const isSegment = header.readUInt32LE(at) === SEGMENT_64;
    if (isSegment) end = Math.max(end, Number(header.readBigUInt64LE(at + 40) + header.readBigUInt64LE(at + 48)));
    at += header.readUInt32LE(at + 4);
  }
  return tooShort(end, size);
}

function tooShort(neededBytes: number, size: number): string | undefined {
  return size >= neededBytes ? undefined : `it ends after ${size} of at least ${neededBytes} bytes`;
}
