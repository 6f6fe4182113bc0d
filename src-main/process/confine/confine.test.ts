import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forkSpawner, type Confinement } from '../spawner.ts';
import { confined } from './confine.ts';
import { linuxPrefix, linuxWalls } from './linux.ts';
import { macosPrefix } from './macos.ts';
import { permissionFlags } from './permission.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'folkmoot walls-')));
const wallet = join(root, 'profile', 'wallet', 'vault.json');
const [read, write] = [join(root, 'lane', 'in'), join(root, 'lane', 'out')];
const lane: Confinement = { read: [read], write: [write], network: false, native: true };
const entry = join(root, 'app', 'worker.js');
let server: Server;
let port = 0;

/** Tries everything that a lane must not be able to do, and what it must; says for each what happened. */
const ATTEMPTS = `
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { connect } from 'node:net';
const { WALLET, READ, WRITE, PORT } = process.env;
const attempt = (work) => { try { work(); return 'done'; } catch (error) { return error.code ?? error.message; } };
const dial = (port, host) => new Promise((resolve) => {
  const socket = connect(port, host);
  socket.on('connect', () => resolve('done'));
  socket.on('error', (error) => resolve(error.code));
});
process.on('message', async () => process.send({
  kind: 'answer',
  readInbox: attempt(() => readFileSync(READ + '/model')),
  writeOutbox: attempt(() => writeFileSync(WRITE + '/result', 'x')),
  readWallet: attempt(() => readFileSync(WALLET)),
  listHome: attempt(() => readdirSync(WALLET + '/../..')),
  writeInbox: attempt(() => writeFileSync(READ + '/model', 'x')),
  writeApp: attempt(() => writeFileSync(new URL(import.meta.url).pathname.replaceAll('%20', ' '), 'x')),
  spawn: attempt(() => execFileSync('/bin/true')),
  thread: attempt(() => new Worker('1', { eval: true })),
  loopback: await dial(Number(PORT), '127.0.0.1'),
}));
`;

beforeAll(async () => {
  for (const folder of [join(root, 'app'), join(root, 'profile', 'wallet'), read, write])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, 'app', 'package.json'), '{"type":"module"}');
  writeFileSync(entry, ATTEMPTS);
  writeFileSync(join(root, 'app', 'caller.js'), ATTEMPTS);
  writeFileSync(wallet, 'secret');
  writeFileSync(join(read, 'model'), 'model');
  server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as { port: number }).port;
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true });
});

async function attempts(kind: 'worker' | 'caller', confine: Confinement): Promise<Record<string, string>> {
  const child = forkSpawner(join(root, 'app')).spawn(kind, {
    confine,
    env: { WALLET: wallet, READ: read, WRITE: write, PORT: String(port) },
  });
  const said: string[] = [];
  child.onStderr((text) => said.push(text));
  const answer = await new Promise<Record<string, string>>((resolve, reject) => {
    child.channel.onMessage((message) => resolve(message as Record<string, string>));
    child.onExit(() => reject(new Error(`it ended: ${said.join('')}`)));
    child.channel.send('go');
  });
  child.kill();
  return answer;
}

const linux = process.platform === 'linux';
const walls = linux ? linuxWalls(join(root, 'lane'), process.execPath) : { walls: 'none', why: 'not Linux' };
if (walls.walls !== 'full') console.log(`SKIPPED in part: no namespaces here (${walls.why ?? ''})`);

describe('a confined process', () => {
  it('reads what it is given and writes to its folder; no wallet, no other program, no thread', async () => {
    expect(await attempts('worker', lane)).toMatchObject({
      readInbox: 'done',
      writeOutbox: 'done',
      readWallet: 'ERR_ACCESS_DENIED',
      listHome: 'ERR_ACCESS_DENIED',
      writeInbox: 'ERR_ACCESS_DENIED',
      writeApp: 'ERR_ACCESS_DENIED',
      spawn: 'ERR_ACCESS_DENIED',
      thread: 'ERR_ACCESS_DENIED',
    });
  });

  it.skipIf(walls.walls === 'none')('opens no connection, not even to this machine', async () => {
    expect(await attempts('worker', lane)).toMatchObject({ loopback: 'ENETUNREACH' });
  });

  it('one that asks servers has the network and no more files', async () => {
    const answer = await attempts('caller', { ...lane, network: true, native: false });
    expect(answer).toMatchObject({ loopback: 'done', readWallet: 'ERR_ACCESS_DENIED', spawn: 'ERR_ACCESS_DENIED' });
  });
});

describe.skipIf(walls.walls !== 'full')('walls that hold for native code, too', () => {
  const inside = (script: string): string => {
    const [file, ...args] = linuxPrefix('full', lane, [process.execPath]);
    return spawnSync(file!, [...args, '/bin/sh', '-c', script], { encoding: 'utf8' }).stdout.trim();
  };
  it('only what is named is there', () => {
    expect(inside(`cat '${wallet}' || echo gone`)).toBe('gone');
    expect(inside(`cat '${read}/model'`)).toBe('model');
    expect(inside(`echo y > '${write}/from-inside' && cat '${write}/from-inside'`)).toBe('y');
    expect(inside(`echo y > '${read}/model' || echo refused`)).toBe('refused');
    expect(inside(`echo y > /usr/folkmoot || echo refused`)).toBe('refused');
    expect(inside('ls /home /root /etc/passwd 2> /dev/null | wc -l')).toBe('0');
  });
  it('no other process is visible and no capability is left', () => {
    expect(inside('ls /proc | grep -c "^[0-9]"')).toBe('1');
    expect(inside('grep -h "^Cap" /proc/self/status | grep -vc "0000000000000000$"')).toBe('0');
    expect(inside('umount /usr || echo refused')).toBe('refused');
  });
});

describe('what is asked of the platforms', () => {
  it('Linux without namespaces, and a network lane where only networks can be had, get no prefix', () => {
    expect(linuxPrefix('none', lane, [])).toEqual([]);
    expect(linuxPrefix('network', { ...lane, network: true }, [])).toEqual([]);
    expect(linuxPrefix('network', lane, [])).toEqual(['/usr/bin/unshare', '--map-root-user', '--net', '--']);
  });

  it('macOS: a profile that denies by default and names the folders', () => {
    const [file, flag, profile] = macosPrefix(lane, ['/app/out/main'], '/app/node');
    expect([file, flag]).toEqual(['/usr/bin/sandbox-exec', '-p']);
    expect(profile).toContain('(deny default)');
    expect(profile).toContain(`(allow file-write* (subpath ${JSON.stringify(write)}) (subpath "/dev/null"))`);
    expect(profile).not.toContain('network-outbound');
    expect(macosPrefix({ ...lane, network: true }, [], '/app/node')[2]).toContain('(allow network-outbound)');
  });

  it('elsewhere Node’s permission model alone: native code only where it is needed', () => {
    const command = confined(entry, lane, 'win32');
    expect(command.file).toBe(process.execPath);
    expect(command.args).toContain(`--allow-fs-write=${write}`);
    expect(command.args).toContain('--allow-addons');
    expect(command.kept).toMatch(/permission model only/);
    expect(permissionFlags(entry, { ...lane, native: false })).not.toContain('--allow-addons');
  });
});
