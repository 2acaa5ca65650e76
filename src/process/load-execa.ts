/** Loads execa when the first program is started: its 144 files are a third of what a spec file would load. */
export async function loadExeca(): Promise<typeof import("execa").execa> {
  return (await import("execa")).execa;
}
