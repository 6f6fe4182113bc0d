import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { LogLine } from '../../src-shared/domain/machine.ts';
import { NOW } from './fixtures.ts';
import type { World } from './handlers.ts';

const SAID: ReadonlyArray<readonly [LogLine['level'], string, string]> = [
  ['info', 'policy', 'RTX 4070 runs: you have been away for 12 minutes.'],
  ['info', 'worker', 'Sentence sense loaded on cuda in 812 ms, 1.1 GiB.'],
  ['info', 'task', '0x8f2c…91ab taken: it pays 0.05 MOOT.'],
  ['trouble', 'worker', 'Radeon RX 7600: the process ended by itself (signal 11); started again in 2 s.'],
  ['info', 'power', 'On battery, 64 % left.'],
  ['info', 'network', '3 machines connected.'],
  ['info', 'chain', 'Block 48,213 indexed; nothing of ours in it.'],
  [
    'trouble',
    'hardware',
    'Arc A380: no adapter was found: libvulkan_intel.so is not installed; install “mesa-vulkan-drivers” and check again.',
  ],
];

const LINES: readonly LogLine[] = Array.from({ length: 640 }, (_, index) => {
  const [level, part, text] = SAID[index % SAID.length] ?? ['info', 'node', ''];
  return { id: index + 1, at: NOW - (640 - index) * 7_300, level, part, text };
});

/** What the pretended node wrote down. The text "fail" is refused, so that errors can be seen. */
export function logCalls(world: World): Pick<CallHandlers, 'logs.page' | 'diagnostics.preview'> {
  const known = world.snapshot.tasks.length > 0 ? LINES : [];
  return {
    'logs.page': ({ before, limit, level, text }) => {
      if (text === 'fail') throw new FolkmootError('STORE_BUSY', 'The log could not be read just now.');
      return known
        .filter((line) => before === null || line.id < before)
        .filter((line) => level === null || line.level === level)
        .filter((line) => `${line.part} ${line.text}`.toLowerCase().includes(text.toLowerCase()))
        .toReversed()
        .slice(0, limit);
    },
    'diagnostics.preview': () => ({
      reference: 'FM-7Q2K-94XD',
      files: [
        {
          name: 'versions.json',
          text: JSON.stringify({ folkmoot: '0.1.0', system: 'Debian GNU/Linux 13', node: '24.21.0' }, null, 2),
        },
        {
          name: 'log.txt',
          text: LINES.slice(-60)
            .map(({ at, level, part, text }) => `${new Date(at).toISOString()} ${level} ${part} ${text}`)
            .join('\n'),
        },
        { name: 'hardware.json', text: JSON.stringify(world.snapshot.machine.check, null, 2) },
      ],
      redacted: [
        'the words and keys of the wallet, which are never in it',
        '14 addresses and transaction ids',
        '3 addresses of this network',
        'your user name, in 6 paths',
      ],
    }),
  };
}
