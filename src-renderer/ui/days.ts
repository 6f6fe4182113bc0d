/** Pure: "2026-11-21" to "21 Nov", in the person's locale; the day is local already and must not shift by zone. */
export function dayName(day: string | undefined, locale?: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (match === null) return day ?? '';
  const at = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(at);
}

/** Pure: "21 Nov 2026, 14:05": a moment that a person plans by. */
export function dayTime(at: number, locale?: string, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(locale, timeZone === undefined ? options : { ...options, timeZone }).format(at);
}
