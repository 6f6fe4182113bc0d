/** More of a stranger's link than this is never shown. */
export const LONGEST = 400;

/**
 * Pure: what a stranger wrote, safe to show as text. Signs that steer a line (controls, changes of direction, what has
 * no width) become a visible mark, so that a link cannot pass for another one.
 */
export function plain(text: string): string {
  const shown = [...text].slice(0, LONGEST);
  const clean = shown.join('').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');
  return [...text].length > LONGEST ? `${clean}…` : clean;
}
