import type { Machine } from "../machine.ts";

const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** The proxy variables that are set, without the passwords in them. */
export function probeProxies({ env }: Machine): Record<string, string> {
  const set = names.flatMap((name) => {
    const value = env[name];
    return value === undefined || value === "" ? [] : [[name, value.replace(/\/\/[^/@]*@/g, "//***@")]];
  });
  return Object.fromEntries(set);
}
