/**
 * Pure: the id of a registered model as it is typed: its id on chain or a digest (0x and 64 hexadecimal digits, in any case), or
 * the CID of its manifest (version 1, base32). The node decides what it means. null: none of these.
 */
export function readModelId(text: string): string | null {
  const id = text.trim().toLowerCase();
  return /^(0x[0-9a-f]{64}|b[a-z2-7]{58})$/.test(id) ? id : null;
}
