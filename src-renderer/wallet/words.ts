/** Pure: what a person typed or pasted ("1. abandon, 2. Ability") to plain words. */
export function readWords(text: string): readonly string[] {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^\d+[.):]?/, ''))
    .filter((word) => word !== '');
}

/** Pure: why these words cannot be a wallet, or null. Whether the last word fits the others is checked by the node. */
export function wordsProblem(words: readonly string[]): string | null {
  if (words.length === 0) return 'Write the words you wrote down, in their order.';
  const odd = words.find((word) => !/^[a-z]{3,8}$/.test(word));
  if (odd !== undefined) return `“${odd.slice(0, 20)}” is not one of the words a wallet can have.`;
  if (words.length !== 12 && words.length !== 24) return `These are ${words.length} words; a wallet has 12 or 24.`;
  return null;
}

/** Three different positions from 1 to `total`, ascending. `random` gives numbers from 0 up to 1. */
export function pickPositions(total: number, random: () => number): readonly number[] {
  const positions = Array.from({ length: total }, (_, index) => index + 1);
  for (let index = positions.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const held = positions[index] ?? 0;
    positions[index] = positions[other] ?? 0;
    positions[other] = held;
  }
  return positions.slice(0, 3).toSorted((a, b) => a - b);
}
