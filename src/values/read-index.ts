import type { HelmValueRead } from "../helm/inputs.ts";
import { isMapping } from "../util/is-mapping.ts";
import type { ValuePath } from "./value-path.ts";

const ANY = "*";

interface Node {
  children: Map<string, Node>;
  isRead: boolean;
  isWhole: boolean;
}

/** The values that a chart's templates read, whatever their conditions say. */
export class ReadIndex {
  readonly #root = makeNode();

  constructor(reads: readonly HelmValueRead[]) {
    for (const { path, whole } of reads) {
      let node = this.#root;
      for (const key of path) {
        const child = node.children.get(key) ?? makeNode();
        node.children.set(key, child);
        node = child;
      }
      node.isRead = true;
      node.isWhole ||= whole;
    }
  }

  /** Whether a template reads the value, something in it, or a value that it is in with all that is below. */
  isRead(path: ValuePath): boolean {
    return isReadBelow(this.#root, path);
  }

  /** Whether templates read an item of the list at a path, and not only its kind, its length or whether it is empty. */
  readsItems(path: ValuePath): boolean {
    return this.#nodesAt(path).some(({ children }) => children.size > 0);
  }

  /** The keys that templates read of the mapping at a path. */
  keysAt(path: ValuePath): string[] {
    const nodes = this.#nodesAt(path);
    return [...new Set(nodes.flatMap(({ children }) => [...children.keys()]))].filter((key) => key !== ANY);
  }

  /** The paths, without lists, at which templates read a key of this name. */
  pathsOf(key: string): string[][] {
    return search(this.#root, key, []);
  }

  #nodesAt(path: ValuePath): Node[] {
    let nodes = [this.#root];
    for (const key of path) nodes = nodes.flatMap((node) => step(node, key));
    return nodes;
  }
}

/**
 * The highest paths of values that no template reads: of a mapping in which nothing is read only its own path. An empty mapping at
 * the top reads nothing.
 */
export function unreadPaths(value: unknown, index: ReadIndex, path: ValuePath = []): ValuePath[] {
  // An item cannot be left out without another list.
  if (Array.isArray(value) && !index.readsItems(path)) return [];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : isMapping(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, item]) => {
    const inner = [...path, key];
    return index.isRead(inner) ? unreadPaths(item, index, inner) : [inner];
  });
}

function makeNode(): Node {
  return { children: new Map(), isRead: false, isWhole: false };
}

function isReadBelow(node: Node, path: ValuePath): boolean {
  if (node.isWhole) return true;
  const [key, ...rest] = path;
  if (key === undefined) return node.isRead || node.children.size > 0;
  return step(node, key).some((child) => isReadBelow(child, rest));
}

// An index is an item; templates may read items of mappings, too.
function step({ children }: Node, key: string | number): Node[] {
  const names = typeof key === "number" ? [ANY] : [key, ANY];
  return [...new Set(names)].flatMap((name) => children.get(name) ?? []);
}

function search({ children }: Node, key: string, path: readonly string[]): string[][] {
  return [...children].flatMap(([name, child]) => {
    if (name === ANY) return [];
    const inner = [...path, name];
    return [...(name === key ? [inner] : []), ...search(child, key, inner)];
  });
}
