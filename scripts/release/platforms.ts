/** A system and processor with a package of its own, in the names of Node and of Go. */
export interface Platform {
  /** As `platformName` in src, such as `linux-x64`. */
  name: string;
  os: string;
  cpu: string;
  goos: string;
  goarch: string;
  /** The file name of the program. */
  program: string;
}

const program = "seatrial-engine";

/** Every platform that is published. */
export const platforms: readonly Platform[] = [
  { name: "linux-x64", os: "linux", cpu: "x64", goos: "linux", goarch: "amd64", program },
  { name: "linux-arm64", os: "linux", cpu: "arm64", goos: "linux", goarch: "arm64", program },
  { name: "darwin-arm64", os: "darwin", cpu: "arm64", goos: "darwin", goarch: "arm64", program },
  { name: "darwin-x64", os: "darwin", cpu: "x64", goos: "darwin", goarch: "amd64", program },
  { name: "win32-x64", os: "win32", cpu: "x64", goos: "windows", goarch: "amd64", program: `${program}.exe` },
];

/** The name of the platform's package. */
export function packageNameOf({ name }: Platform): string {
  return `@seatrial/engine-${name}`;
}

/** The platforms with these names, or all for `all`. Throws for a name that is unknown. */
export function findPlatforms(names: readonly string[]): Platform[] {
  const known = platforms.map(({ name }) => name).join(", ");
  return names.flatMap((wanted) => {
    const found = platforms.filter(({ name }) => wanted === "all" || name === wanted);
    if (found.length === 0) throw new Error(`--platform ${wanted}: there are ${known}, and all`);
    return found;
  });
}
