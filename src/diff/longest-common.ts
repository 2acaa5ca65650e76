// Longer lists are compared without their common beginning and end only: the table below has a cell for each pair of items.
const MAX_CELLS = 4_000_000;

/** The pairs of indices of a longest common subsequence of two lists, in order. */
export function longestCommon<Item>(
  before: readonly Item[],
  after: readonly Item[],
  isSame: (one: Item, other: Item) => boolean,
): [number, number][] {
  const shorter = Math.min(before.length, after.length);
  const at = (list: readonly Item[], index: number) => list[index] as Item;
  let start = 0;
  while (start < shorter && isSame(at(before, start), at(after, start))) start++;
  let end = 0;
  while (end < shorter - start && isSame(at(before, before.length - 1 - end), at(after, after.length - 1 - end))) {
    end++;
  }
  const head = Array.from({ length: start }, (_, index): [number, number] => [index, index]);
  const tail = Array.from({ length: end }, (_, index): [number, number] => [
    before.length - end + index,
    after.length - end + index,
  ]);
  const middle = common(before.slice(start, before.length - end), after.slice(start, after.length - end), isSame);
  return [...head, ...middle.map(([one, other]): [number, number] => [one + start, other + start]), ...tail];
}

function common<Item>(
  before: readonly Item[],
  after: readonly Item[],
  isSame: (one: Item, other: Item) => boolean,
): [number, number][] {
  const [rows, columns] = [before.length, after.length];
  if (rows === 0 || columns === 0 || rows * columns > MAX_CELLS) return [];
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  const same = new Uint8Array((rows + 1) * width);
  const length = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const isPair = isSame(before[row] as Item, after[column] as Item);
      same[row * width + column] = isPair ? 1 : 0;
      lengths[row * width + column] = isPair
        ? length(row + 1, column + 1) + 1
        : Math.max(length(row + 1, column), length(row, column + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (same[row * width + column] === 1) pairs.push([row++, column++]);
    else if (length(row + 1, column) >= length(row, column + 1)) row++;
    else column++;
  }
  return pairs;
}
