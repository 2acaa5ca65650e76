/** A key of an object as a part of a JSON pointer names it: `/` is written `~1`, `~` is written `~0` (RFC 6901). */
export function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
