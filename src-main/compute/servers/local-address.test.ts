import { expect, test, vi } from 'vitest';
import { isLocal, localLookup, serverUrl } from './local-address.ts';

const code = (value: string): object => expect.objectContaining({ code: value });

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.3.4',
  '::1',
  'fe80::1',
  'fd12::1',
  '::ffff:192.168.0.9',
])('%s is on this computer or in its network', (address) => expect(isLocal(address)).toBe(true));
test.each([
  '8.8.8.8',
  '172.32.0.1',
  '192.169.0.1',
  '169.254.169.254',
  '0.0.0.0',
  '2606:4700::1',
  '::ffff:8.8.8.8',
  '::',
  'localhost',
  '',
])('%s is not', (address) => expect(isLocal(address)).toBe(false));

test.each([
  ['http://127.0.0.1:11434/', 'http://127.0.0.1:11434'],
  ['http://localhost:8000/v1', 'http://localhost:8000/v1'],
  ['https://[::1]:8443', 'https://[::1]:8443'],
])('%s is taken', (text, url) => expect(serverUrl(text)).toBe(url));
test.each([
  'ftp://127.0.0.1',
  'http://user:pass@127.0.0.1',
  'http://8.8.8.8',
  'http://127.0.0.1/?a=b',
  'http://2130706433.example',
  'no address',
  'file:///etc/passwd',
])('%s is refused, or only its name is left to be looked up', (text) => {
  if (text.endsWith('.example')) expect(serverUrl(text)).toBe(text);
  else expect(() => serverUrl(text)).toThrow(code('SERVER_ADDRESS'));
});
test('numbers that hide an address are seen through', () => {
  expect(serverUrl('http://2130706433/')).toBe('http://127.0.0.1');
  expect(() => serverUrl('http://134744072/')).toThrow(code('SERVER_ADDRESS'));
});

const found = vi.hoisted(() => ({ all: [] as Array<{ address: string; family: number }> }));
vi.mock('node:dns', () => ({
  lookup: (_: string, __: unknown, callback: (error: null, all: unknown) => void) => callback(null, found.all),
}));
const look = (all: boolean): Promise<unknown> =>
  new Promise((resolve, reject) => {
    localLookup('name.test', { all }, (error, address) => (error === null ? resolve(address) : reject(error)));
  });

test('a name is looked up for the connection itself, and one foreign address among its answers refuses it', async () => {
  found.all = [{ address: '192.168.1.5', family: 4 }];
  expect(await look(false)).toBe('192.168.1.5');
  expect(await look(true)).toEqual(found.all);
  found.all = [{ address: '8.8.8.8', family: 4 }];
  await expect(look(false)).rejects.toThrow(code('SERVER_ADDRESS'));
  found.all = [
    { address: '127.0.0.1', family: 4 },
    { address: '8.8.8.8', family: 4 },
  ];
  await expect(look(true)).rejects.toThrow(code('SERVER_ADDRESS'));
});
