import { describe, expect, it } from 'vitest';
import type { ModelRef } from '../protocol.ts';
import { Sessions } from '../sessions.ts';
import type { Runtime, Session } from './runtime.ts';

/** For tests only: one runtime with one model that it can run. */
export interface Specimen {
  readonly runtime: Runtime;
  /** A model whose file or content is right. */
  readonly model: ModelRef;
  /** The same with one byte of the file changed, the digest left as it was. */
  readonly changed: ModelRef;
  readonly input: Uint8Array;
  readonly right: (output: Uint8Array) => boolean;
  /** Input of a run that does not end by itself, and a promise for the moment it is under way; null: runs cannot be interrupted from inside, the pool kills the process. */
  readonly endless: { readonly input: Uint8Array; readonly underWay: () => Promise<void> } | null;
  /** Whether runs report how far they are. */
  readonly progress: boolean;
}

const code = (value: string): object => expect.objectContaining({ code: value });

/** What every runtime must do. @param setUp called once per test */
export function runtimeCompliance(name: string, setUp: () => Promise<Specimen>): void {
  describe(`the runtime ${name}`, () => {
    const open = async (specimen: Specimen): Promise<Session> =>
      new Sessions(specimen.runtime, 2 ** 30).get(specimen.model);

    it('loads a model and runs it, twice with the same bytes', async () => {
      const specimen = await setUp();
      const session = await open(specimen);
      const first = await session.run(specimen.input);
      const second = await session.run(specimen.input);
      expect(specimen.right(first)).toBe(true);
      expect(Buffer.compare(first, second)).toBe(0);
      await session.release();
    });

    it('refuses an input of another size, and still runs afterwards', async () => {
      const specimen = await setUp();
      const session = await open(specimen);
      for (const wrong of [new Uint8Array(0), specimen.input.slice(1), new Uint8Array(specimen.input.length + 1)])
        await expect(session.run(wrong)).rejects.toThrow(code('INPUT_SIZE'));
      expect(specimen.right(await session.run(specimen.input))).toBe(true);
      await session.release();
    });

    it('does not load a changed file', async () => {
      const specimen = await setUp();
      await expect(new Sessions(specimen.runtime, 2 ** 30).get(specimen.changed)).rejects.toThrow(
        code('MODEL_CHANGED'),
      );
    });

    it('reports progress that only grows, or none', async () => {
      const specimen = await setUp();
      const session = await open(specimen);
      const shares: number[] = [];
      await session.run(specimen.input, {
        signal: new AbortController().signal,
        progress: (share) => shares.push(share),
      });
      if (specimen.progress) expect(shares.at(-1)).toBe(1);
      else expect(shares).toEqual([]);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
      await session.release();
    });

    it('ends a run that is cancelled, where it can be', async () => {
      const specimen = await setUp();
      const session = await open(specimen);
      if (specimen.endless !== null) {
        const cancel = new AbortController();
        const context = { signal: cancel.signal, progress: () => undefined };
        const run = expect(session.run(specimen.endless.input, context)).rejects.toThrow(code('CANCELLED'));
        await specimen.endless.underWay();
        cancel.abort();
        await run;
        await expect(session.run(specimen.input, context)).rejects.toThrow(code('CANCELLED'));
      }
      expect(specimen.right(await session.run(specimen.input))).toBe(true);
      await session.release();
    });

    it('runs nothing after it was let go', async () => {
      const specimen = await setUp();
      const session = await open(specimen);
      await session.release();
      await expect(session.run(specimen.input)).rejects.toThrow();
    });
  });
}
