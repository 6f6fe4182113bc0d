import { expect, test } from 'vitest';
import { shellOptions } from './shell-options.ts';

test('what the desktop app understands', () => {
  expect(shellOptions(['--profile', '/p', '--network=/n.json', '--no-peers', '--hidden'])).toEqual({
    profile: '/p',
    network: { file: '/n.json' },
    peers: false,
    hidden: true,
    unknown: [],
  });
  expect(shellOptions(['--profile=/p', '--network', 'sandbox', '--peers'])).toMatchObject({
    network: 'sandbox',
    peers: true,
    hidden: false,
  });
});

test('what it does not understand does no harm and is named', () => {
  expect(shellOptions(['--port', '80', '--disable-gpu', '--profile', '/p'])).toMatchObject({
    profile: '/p',
    unknown: ['--port', '80', '--disable-gpu'],
  });
});
