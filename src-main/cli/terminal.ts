import { StringDecoder } from 'node:string_decoder';
import { UsageError } from './exit-codes.ts';
import { readAll } from './read-file.ts';

/** Where a command reads and writes; tests bring their own. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Asks for something that must not be seen: no echo. @throws UsageError without a terminal. */
  secret(prompt: string, remedy?: string): Promise<string>;
  /** All of standard input, at most `limit` bytes. @throws UsageError. */
  read(limit: number): Promise<Buffer>;
  /** Calls back on each Enter, where somebody sits at a terminal. @returns what ends it. */
  onEnter(listener: () => void): () => void;
}

const INTERRUPT = '\u0003';
const END = '\u0004';
const BACKSPACE = new Set(['\u007f', '\b']);

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    secret: async (prompt, remedy = 'Use --passphrase-file FILE.') => {
      if (!stdin.isTTY) throw new UsageError(`There is no terminal to ask on: “${prompt.replace(/: $/, '')}”.`, remedy);
      stderr.write(prompt);
      return readSilently(stdin).finally(() => stderr.write('\n'));
    },
    read: (limit) => readAll(stdin as AsyncIterable<Buffer>, limit),
    onEnter: (listener) => {
      if (!stdin.isTTY) return () => undefined;
      stdin.on('data', listener);
      return () => {
        stdin.off('data', listener);
        stdin.pause();
      };
    },
  };
}

function readSilently(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    let typed: string[] = [];
    const finish = (settle: () => void): void => {
      stdin.off('data', read);
      stdin.setRawMode(false).pause();
      settle();
    };
    const read = (data: Buffer): void => {
      for (const key of decoder.write(data)) {
        if (key === '\r' || key === '\n' || key === END) return finish(() => resolve(typed.join('')));
        if (key === INTERRUPT) return finish(() => reject(new UsageError('Cancelled.')));
        if (BACKSPACE.has(key)) typed = typed.slice(0, -1);
        else typed.push(key);
      }
    };
    stdin.setRawMode(true).resume();
    stdin.on('data', read);
  });
}
