export const SHORTEST = 8;

/** Pure: what a passphrase is worth, in words; null while there is nothing to say. Length beats tricks. */
export function strengthHint(passphrase: string): string | null {
  const length = [...passphrase].length;
  if (length === 0) return null;
  if (length < SHORTEST) return `${SHORTEST - length} more to go: at least ${SHORTEST} characters.`;
  const kinds = new Set([...passphrase].map((sign) => sign.toLowerCase())).size;
  if (kinds <= 3) return 'Easily guessed: almost the same character throughout.';
  if (/^\d+$/.test(passphrase)) return 'Easily guessed: only digits. Words make it better.';
  if (length < 12) return 'Good enough for a sandbox. Four unrelated words would be much stronger.';
  if (length < 20) return 'Strong against guessing by people; longer is better against machines.';
  return 'Strong.';
}

/** Pure: why the pair cannot be used yet, or null. */
export function passphraseProblem(passphrase: string, repeated: string): string | null {
  if ([...passphrase].length < SHORTEST) return `Use at least ${SHORTEST} characters.`;
  if (passphrase !== repeated) return 'The two passphrases differ.';
  return null;
}
