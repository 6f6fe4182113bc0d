import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { forkSpawner } from '../process/spawner.ts';
import { Supervisor } from '../process/supervisor.ts';
import { builtEntries } from '../process/test-build.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { Hardware } from './hardware.ts';
import type { ProbeEvents, ProbeMethods } from './protocol.ts';
import { recording } from './test-recordings.ts';

const PATH = process.env['PATH'] ?? '';
afterEach(() => void (process.env['PATH'] = PATH));

/** A program called nvidia-smi, first in PATH. The real one is not on the machines that build this project. */
function fakeNvidiaSmi(script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  writeFileSync(join(folder, 'answer.csv'), recording('nvidia-smi.csv'));
  process.env['PATH'] = `${folder}${delimiter}${PATH}`;
  return folder;
}

const skip = process.platform === 'win32' || existsSync('/usr/bin/nvidia-smi');

test.skipIf(skip)(
  'a real probe process: facts with the cards of nvidia-smi, readings, and no process left behind',
  async () => {
    const folder = fakeNvidiaSmi('cat "$(dirname "$0")/answer.csv"');
    const log: string[] = [];
    const hardware = new Hardware(forkSpawner(await builtEntries('probe')), (line) => log.push(line), folder);
    await hardware.start();
    const facts = await hardware.facts();
    expect(facts.cards.filter(({ vendor }) => vendor === 'nvidia').map(({ name, driver }) => [name, driver])).toEqual([
      ['NVIDIA GeForce RTX 4070', '565.77'],
      ['Tesla K80', '565.77'],
    ]);
    expect(facts.sources).toContain('nvidia-smi');
    await hardware.read({ ownPids: [process.pid], all: false, working: [] });
    const second = await hardware.read({ ownPids: [process.pid], all: true, working: [] });
    expect(second.diskFreeBytes).toBeGreaterThan(0);
    expect(second.memoryFreeBytes).toBeGreaterThan(0);
    expect(second.idle).toBeInstanceOf(Array);
    await hardware.stop();
    await expect(hardware.read({ ownPids: [], all: false, working: [] })).rejects.toMatchObject({ code: 'CHILD_GONE' });
    expect(log).toEqual([]);
  },
);

test.skipIf(skip)(
  'a program that hangs is killed with everything it started, and its process ends with it',
  async () => {
    const folder = fakeNvidiaSmi('echo $$ > "$(dirname "$0")/pid"; exec sleep 600');
    const probe = new Supervisor<ProbeMethods, ProbeEvents>(forkSpawner(await builtEntries('probe')), {
      entry: 'probe',
      heartbeatMs: 0,
    });
    await probe.start();
    await expect(probe.call('secondOpinion', null, 20_000)).rejects.toMatchObject({ code: 'CHILD_GONE' });
    await probe.stop();
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    // A zombie that nobody buried yet is no running program.
    const state = existsSync(`/proc/${pid}/stat`)
      ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0]
      : undefined;
    expect([undefined, 'Z', 'X']).toContain(state);
  },
);
