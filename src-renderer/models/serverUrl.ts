/** Pure: why an address cannot be that of a model server; null when it may be. The node looks closer. */
export function serverProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'Write an address such as http://127.0.0.1:11434.';
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'It must begin with http:// or https://.';
  return username === '' && password === '' ? null : 'Leave names and passwords out of it.';
}
