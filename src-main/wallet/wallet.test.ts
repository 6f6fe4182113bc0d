import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interface } from 'ethers/abi';
import { verifyMessage } from 'ethers/hash';
import { Transaction } from 'ethers/transaction';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TaskId } from '../../src-shared/domain/ids.ts';
import { builtEntries } from '../process/test-build.ts';
import { forkSpawner, type Spawner } from '../process/spawner.ts';
import { statement } from './statement.ts';
import { CONTRACTS, JUNK, JUNK_ADDRESS, moot, POLICY, TEST_N, tx } from './test-tools.ts';
import { Wallet, type WalletOptions, type WalletPart } from './wallet.ts';

const PASS = 'correct horse';
const WITHDRAW = new Interface(['function withdraw(uint80)']);

let spawner: Spawner;
let folder: string;
let lines: string[];
const running: Wallet[] = [];

beforeAll(async () => {
  spawner = forkSpawner(await builtEntries('signer'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folkmoot-wallet-'));
  lines = [];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((wallet) => wallet.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function started(over: Partial<WalletOptions> = {}): Promise<Wallet> {
  const log = (line: string): void => void lines.push(line);
  const wallet = new Wallet({ spawner, log, folder: join(folder, 'w'), testScryptN: TEST_N, backoffMs: [1], ...over });
  running.push(wallet);
  await wallet.start();
  return wallet;
}

const until = (wallet: Wallet, wanted: (view: WalletPart) => boolean): Promise<WalletPart> =>
  new Promise((resolve) => {
    const end = wallet.onChange((view) => {
      if (!wanted(view)) return;
      end();
      resolve(view);
    });
  });

const withdraw = (whole: number, nonce: number) =>
  tx({ nonce: String(nonce), data: WITHDRAW.encodeFunctionData('withdraw', [moot(whole)]) as `0x${string}` });

async function passphraseFile(text = `${PASS}\n`, mode = 0o600): Promise<string> {
  const path = join(folder, 'passphrase');
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

describe('the wallet and its signer process', () => {
  it('lives: create, back up, lock, unlock, export, stop', async () => {
    const wallet = await started();
    const seen: string[] = [];
    wallet.onChange((view) => seen.push(`${view.state} ${view.backedUp}`));
    expect(wallet.view()).toEqual({ state: 'none', address: null, backedUp: false });
    const { address } = await wallet.create(PASS);
    const words = await wallet.words(PASS);
    await wallet.confirmBackup([2, 7, 24].map((position) => ({ position, word: words[position - 1] ?? '' })));
    await wallet.lock();
    await expect(wallet.unlock('wrong horse')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    await expect(wallet.sign(withdraw(1, 0))).rejects.toMatchObject({ code: 'WALLET_LOCKED' });
    await expect(wallet.peerSeed()).rejects.toMatchObject({ code: 'WALLET_LOCKED' });
    await wallet.unlock(PASS);
    expect(seen).toEqual(['unlocked false', 'unlocked true', 'locked true', 'unlocked true']);
    const { text } = await wallet.export();
    expect(text).toBe(await readFile(join(folder, 'w', 'vault.json'), 'utf8'));
    await wallet.stop();
    expect(wallet.view()).toEqual({ state: 'locked', address, backedUp: true });
    await expect(wallet.words(PASS)).rejects.toMatchObject({ code: 'CHILD_GONE' });
    const all = lines.join('\n');
    for (const secret of [PASS, words.join(' ')]) expect(all).not.toContain(secret);
  });

  it('signs transactions under the policy, statements and permits', async () => {
    const wallet = await started();
    await wallet.restore(JUNK, PASS);
    await expect(wallet.sign(withdraw(1, 0))).rejects.toMatchObject({ code: 'POLICY' });
    await wallet.configure(POLICY);
    const { raw, spend } = await wallet.sign(withdraw(60, 0));
    expect(Transaction.from(raw).from).toBe(JUNK_ADDRESS);
    expect(spend).toMatchObject({ key: '31337/0', amount: moot(60) });
    await expect(wallet.sign(withdraw(60, 1))).rejects.toMatchObject({ code: 'POLICY', remedy: expect.any(String) });
    await expect(wallet.sign(tx({ to: CONTRACTS.token, data: '0xdeadbeef' }))).rejects.toMatchObject({
      code: 'POLICY',
    });
    await expect(wallet.sign(tx({ nonce: '-1' }))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const text = statement('identity', 'x');
    expect(verifyMessage(text, await wallet.signStatement(text))).toBe(JUNK_ADDRESS);
    await expect(wallet.signStatement('hello')).rejects.toMatchObject({ code: 'POLICY' });
    const permit = { name: 'MOOT', version: '1', value: moot(50), nonce: '0', deadline: '1' };
    await expect(wallet.signPermit(permit)).rejects.toMatchObject({ code: 'POLICY' });
    expect((await wallet.signPermit({ ...permit, value: moot(40) })).r).toMatch(/^0x[0-9a-f]{64}$/);
  });

  it('gives the same peer seeds and salts to the same words', async () => {
    const seen: string[] = [];
    for (const name of ['one', 'two']) {
      const wallet = await started({ folder: join(folder, name) });
      await wallet.restore(JUNK, PASS);
      await wallet.configure(POLICY);
      const salt = await wallet.taskSalt(`0x${'ab'.repeat(32)}` as TaskId);
      seen.push(`${Buffer.from(await wallet.peerSeed(5)).toString('hex')} ${salt}`);
      expect(await wallet.peerSeed()).toHaveLength(32);
      expect(await wallet.peerSeed(6)).not.toEqual(await wallet.peerSeed(5));
    }
    expect(seen[0]).toBe(seen[1]);
  });

  it('is locked after a crash of the signer, and says why', async () => {
    const wallet = await started();
    await wallet.restore(JUNK, PASS);
    await wallet.configure(POLICY);
    await wallet.sign(withdraw(60, 0));
    const first = wallet.pid ?? 0;
    const locked = until(wallet, (view) => view.state === 'locked');
    process.kill(first, 'SIGKILL');
    expect(await locked).toMatchObject({ address: JUNK_ADDRESS, backedUp: true, error: { code: 'SIGNER_GONE' } });
    // The next signer has opened the vault when it shows itself the second time.
    const back = await until(wallet, () => true);
    expect(back).toMatchObject({ state: 'locked', error: { code: 'SIGNER_GONE' } });
    await wallet.unlock(PASS);
    expect(wallet.pid).not.toBe(first);
    expect(wallet.view()).toEqual({ state: 'unlocked', address: JUNK_ADDRESS, backedUp: true });
    // What was spent before the crash still counts.
    await expect(wallet.sign(withdraw(60, 1))).rejects.toMatchObject({ code: 'POLICY' });
    expect((await wallet.sign(withdraw(40, 1))).spend?.amount).toBe(moot(40));
  });

  it('unlocks itself from a passphrase file, also after a crash', async () => {
    const first = await started();
    await first.restore(JUNK, PASS);
    await first.stop();
    const wallet = await started({ passphraseFile: await passphraseFile() });
    expect(wallet.view()).toEqual({ state: 'unlocked', address: JUNK_ADDRESS, backedUp: true });
    const back = until(wallet, (view) => view.state === 'unlocked');
    process.kill(wallet.pid ?? 0, 'SIGKILL');
    await back;
    expect(await wallet.peerSeed(1)).toHaveLength(32);
  });

  it.each([
    ['readable by others', `${PASS}\n`, 0o644, 'PASSPHRASE_FILE'],
    ['wrong', 'something else\n', 0o600, 'WRONG_PASSPHRASE'],
  ])('stays locked with a passphrase file that is %s', async (_name, text, mode, code) => {
    const first = await started();
    await first.restore(JUNK, PASS);
    await first.stop();
    const wallet = await started({ passphraseFile: await passphraseFile(text, mode) });
    expect(wallet.view()).toMatchObject({ state: 'locked', address: JUNK_ADDRESS, error: { code } });
    await wallet.unlock(PASS);
    expect(wallet.view().error).toBeUndefined();
  });

  it('says that the vault is missing instead of making another', async () => {
    const first = await started();
    await first.restore(JUNK, PASS);
    await first.stop();
    await rm(join(folder, 'w'), { recursive: true });
    const wallet = await started({ expected: JUNK_ADDRESS });
    expect(wallet.view()).toMatchObject({ state: 'damaged', address: JUNK_ADDRESS, error: { code: 'VAULT_MISSING' } });
    await expect(wallet.create(PASS)).rejects.toMatchObject({ code: 'VAULT_MISSING' });
    expect(await wallet.restore(JUNK, PASS)).toEqual({ address: JUNK_ADDRESS });
  });

  it('changes the passphrase', async () => {
    const wallet = await started();
    await wallet.restore(JUNK, PASS);
    await wallet.changePassphrase(PASS, 'a better one');
    await wallet.lock();
    await expect(wallet.unlock(PASS)).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    await wallet.unlock('a better one');
  });
});
