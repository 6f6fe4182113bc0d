import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { childrenOf, writeChild } from './test-child.ts';
import { forkSpawner, type Spawner } from './spawner.ts';
import { Supervisor, type ProcessState, type SupervisorOptions } from './supervisor.ts';

type Ms = {
  pid: { input: null; output: number };
  die: { input: number; output: null };
  hang: { input: null; output: null };
};
type Es = { hello: number };

const SOUND = `const { emit } = serve(parentChannel(), {
  pid: () => process.pid,
  die: (code) => process.exit(code),
  hang: () => { for (;;); },
});
emit('hello', process.pid);`;

const cleanups: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function setUp(code = SOUND, options: Partial<SupervisorOptions<Ms, Es>> = {}, wrap = (spawner: Spawner) => spawner) {
  const { spawner, folder, clean } = childrenOf({ worker: code });
  const log: string[] = [];
  const supervisor = new Supervisor<Ms, Es>(wrap(spawner), {
    entry: 'worker',
    backoffMs: [1],
    log: (line) => log.push(line),
    ...options,
  });
  cleanups.push(clean, () => supervisor.stop());
  const states: ProcessState[] = [];
  supervisor.onState((state) => states.push(state));
  /** The next time that this state is entered. */
  const next = (wanted: ProcessState) =>
    new Promise<void>((resolve) => supervisor.onState((state) => state === wanted && resolve()));
  return { supervisor, log, states, next, folder };
}

/** True while a process with this id exists. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a child that ends is started again, initialised again, and heard again', async () => {
  const heard: number[] = [];
  let inits = 0;
  const { supervisor, next, states } = setUp(SOUND, { init: async () => void inits++ });
  supervisor.on('hello', (pid) => heard.push(pid));
  await supervisor.start();
  const first = await supervisor.call('pid', null);
  const again = next('running');
  await expect(supervisor.call('die', 3)).rejects.toMatchObject({ code: 'CHILD_GONE' });
  await again;
  const second = await supervisor.call('pid', null);
  expect(second).not.toBe(first);
  expect(heard).toEqual([first, second]);
  expect(inits).toBe(2);
  expect(states).toEqual(['starting', 'running', 'waiting', 'starting', 'running']);
});

test('a child that hangs is killed by its heartbeat and comes back', async () => {
  const { supervisor, next } = setUp(SOUND, { heartbeatMs: 1, heartbeatTimeoutMs: 300 });
  await supervisor.start();
  const first = supervisor.pid!;
  const again = next('running');
  await expect(supervisor.call('hang', null)).rejects.toMatchObject({ code: 'CHILD_GONE' });
  await again;
  expect(supervisor.pid).not.toBe(first);
});

test('the pause grows for a child that starts well and dies at once', async () => {
  const { supervisor, next, log } = setUp(SOUND, { backoffMs: [1, 2, 3] });
  await supervisor.start();
  for (let round = 0; round < 4; round++) {
    const again = next('running');
    supervisor.kill();
    await again;
  }
  expect(log.map((line) => /next start in (\d+) ms/.exec(line)?.[1])).toEqual(['1', '2', '3', '3']);
});

test('the pause starts anew after a child that ran for some time', async () => {
  const { supervisor, next, log } = setUp(SOUND, { backoffMs: [1, 2, 3], stableMs: 0 });
  await supervisor.start();
  for (let round = 0; round < 3; round++) {
    const again = next('running');
    supervisor.kill();
    await again;
  }
  expect(log.map((line) => /next start in (\d+) ms/.exec(line)?.[1])).toEqual(['1', '1', '1']);
});

test('an init that fails rejects the start, is said, and is tried again', async () => {
  let tries = 0;
  const { supervisor, next, log } = setUp(SOUND, {
    init: async () => {
      if (++tries < 3) throw new Error('not yet');
    },
  });
  const running = next('running');
  await expect(supervisor.start()).rejects.toThrow('not yet');
  await running;
  expect(tries).toBe(3);
  expect(log.filter((line) => line.includes('did not start: not yet'))).toHaveLength(2);
});

test('a stop while the child starts leaves no process behind', async () => {
  let pid: number | undefined;
  const { supervisor, states } = setUp(`setInterval(() => undefined, 1_000);`, {}, (inner) => ({
    spawn: (entry, options) => {
      const child = inner.spawn(entry, options);
      pid = child.pid;
      return child;
    },
  }));
  const started = supervisor.start();
  await Promise.all([expect(started).rejects.toMatchObject({ code: 'CHILD_GONE' }), supervisor.stop()]);
  expect(supervisor.state).toBe('stopped');
  expect(states).not.toContain('waiting');
  expect(alive(pid!)).toBe(false);
  await supervisor.stop();
});

test('a file that is missing when the child should come back does not end the node: it waits for the file', async () => {
  const { supervisor, next, log, folder } = setUp();
  await supervisor.start();
  rmSync(join(folder, 'worker.js'));
  const failed = new Promise<void>((resolve) => {
    const push = log.push.bind(log);
    log.push = (line) => (line.includes('could not be made') && resolve(), push(line));
  });
  supervisor.kill();
  await failed;
  const again = next('running');
  writeChild(folder, 'worker', SOUND);
  await again;
  await expect(supervisor.call('pid', null)).resolves.toBe(supervisor.pid);
});

test('a child that cannot even be made rejects the start and is not tried again', async () => {
  const { supervisor, folder } = setUp();
  rmSync(join(folder, 'worker.js'));
  await expect(supervisor.start()).rejects.toThrow(/worker.js is missing/);
  expect(supervisor.state).toBe('stopped');
  writeChild(folder, 'worker', SOUND);
  await supervisor.start();
  expect(supervisor.state).toBe('running');
});

test('a start by hand during the pause makes one child, not two', async () => {
  const pids: number[] = [];
  const { supervisor, next } = setUp(SOUND, { backoffMs: [60_000] }, (inner) => ({
    spawn: (entry, options) => {
      const child = inner.spawn(entry, options);
      pids.push(child.pid!);
      return child;
    },
  }));
  await supervisor.start();
  const waiting = next('waiting');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  cleanups.push(() => void vi.useRealTimers());
  supervisor.kill();
  await waiting;
  await supervisor.start();
  vi.advanceTimersByTime(120_000);
  expect(pids).toHaveLength(2);
});

test('the environment of a child holds no secrets of the session', async () => {
  process.env['FOLKMOOT_PASSPHRASE_FILE'] = '/nowhere';
  process.env['MY_API_TOKEN'] = 'secret';
  const { spawner, clean } = childrenOf({ probe: `serve(parentChannel(), { pid: () => Object.keys(env) });` });
  cleanups.push(clean, () => void (delete process.env['MY_API_TOKEN'], delete process.env['FOLKMOOT_PASSPHRASE_FILE']));
  const supervisor = new Supervisor<{ pid: { input: null; output: string[] } }, Record<string, never>>(spawner, {
    entry: 'probe',
  });
  cleanups.push(() => supervisor.stop());
  await supervisor.start();
  const names = await supervisor.call('pid', null);
  expect(names).toContain('PATH');
  expect(names).toEqual(expect.arrayContaining(['ORT_DISABLE_TELEMETRY', 'CUDA_DEVICE_ORDER']));
  expect(names).not.toContain('MY_API_TOKEN');
  expect(names).not.toContain('FOLKMOOT_PASSPHRASE_FILE');
});

test('a folder without the entry is an error with the file in it', () => {
  expect(() => forkSpawner('/nowhere').spawn('worker')).toThrow(/worker\.js is missing: run the build first/);
});
