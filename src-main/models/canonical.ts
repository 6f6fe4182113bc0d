/** A value that JSON can hold exactly. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * RFC 8785 form: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them.
 * Two parties that read the same manifest get the same text, whatever the indentation of the file.
 */
export function canonicalJson(value: unknown): string {
  return write(value as Json);
}

function write(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const record = value as { readonly [key: string]: Json };
    const fields = Object.keys(record)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${write(record[key] as Json)}`);
    return `{${fields.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('JSON holds finite numbers only');
  if (value === undefined) throw new TypeError('JSON has no undefined');
  return JSON.stringify(value);
}
