import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../models/hash.ts';
import type { ModelRef } from './protocol.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { Sessions } from './sessions.ts';

describe('loaded models', () => {
  let folder = '';
  const refs: ModelRef[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'folkmoot-sessions-'));
    for (const name of ['a', 'b', 'c']) {
      const bytes = new TextEncoder().encode(name.repeat(10));
      await writeFile(join(folder, name), bytes);
      refs.push({
        name,
        path: join(folder, name),
        digest: sha256(bytes),
        bytes: 10,
        inputs: [],
        outputs: [],
        optimise: 'all',
        runtime: 'onnx',
        memoryBytes: 10,
      });
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const recorder = (): { readonly runtime: Runtime; readonly events: string[] } => {
    const events: string[] = [];
    const runtime: Runtime = {
      name: 'onnx',
      load: async (_, model) => {
        events.push(`load ${model.name}`);
        return {
          provider: 'cpu',
          run: async (input) => input,
          release: async () => void events.push(`release ${model.name}`),
        };
      },
    };
    return { runtime, events };
  };

  it('stay loaded while there is room; the least recently used goes first', async () => {
    const { runtime, events } = recorder();
    const sessions = new Sessions(runtime, 25);
    for (const index of [0, 1, 0, 2, 0, 1]) await sessions.get(refs[index]!);
    expect(events).toEqual(['load a', 'load b', 'release b', 'load c', 'release c', 'load b']);
  });

  it('that do not fit into a lowered limit are let go at once', async () => {
    const { runtime, events } = recorder();
    const sessions = new Sessions(runtime, 30);
    for (const index of [0, 1, 2, 0]) await sessions.get(refs[index]!);
    await sessions.limitTo(15);
    expect(events.slice(3)).toEqual(['release b', 'release c']);
    expect(sessions.loaded).toEqual(['a']);
    await sessions.limitTo(9);
    expect(sessions.loaded).toEqual([]);
  });

  it('are never loaded from a file with another digest or length', async () => {
    const { runtime, events } = recorder();
    const sessions = new Sessions(runtime, 25);
    const changed = expect.objectContaining({ code: 'MODEL_CHANGED' });
    await expect(sessions.get({ ...refs[0]!, digest: refs[1]!.digest })).rejects.toThrow(changed);
    await expect(sessions.get({ ...refs[0]!, bytes: 9 })).rejects.toThrow(changed);
    expect(events).toEqual([]);
  });
});
