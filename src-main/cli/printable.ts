import { UNSAFE } from '../log.ts';
import type { Terminal } from './terminal.ts';

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** For people those signs are left out. In JSON they are written as escapes, so that the value stays what it is. */
export function printable(terminal: Terminal, json: boolean): Terminal {
  const clean = (line: string): string => line.replace(UNSAFE, (sign) => (json ? escaped(sign) : ''));
  return { ...terminal, out: (line) => terminal.out(clean(line)), err: (line) => terminal.err(clean(line)) };
}
