const PURPOSE = /^[a-z][a-z-]{1,31}$/;
/** What can be shown to a person as it is: printable characters and line ends. */
const SHOWABLE = /^[\n\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;
const MAX_LENGTH = 4096;

/** A text that the wallet signs: first line `Folkmoot <purpose>`, then the body. No other text is ever signed. */
export function statement(purpose: string, body: string): string {
  return `Folkmoot ${purpose}\n${body}`;
}

/** Why the wallet will not sign this text; null when it will. */
export function refuseStatement(text: string): string | null {
  if (text.length > MAX_LENGTH) return `the text is longer than ${MAX_LENGTH} characters`;
  const end = text.indexOf('\n');
  const first = end === -1 ? text : text.slice(0, end);
  if (!first.startsWith('Folkmoot ')) return 'the text does not begin with “Folkmoot ” and a purpose';
  if (!PURPOSE.test(first.slice('Folkmoot '.length))) return 'the purpose after “Folkmoot ” is not one plain word';
  if (!SHOWABLE.test(text)) return 'the text holds characters that cannot be shown';
  return null;
}
