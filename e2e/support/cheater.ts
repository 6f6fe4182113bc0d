import { hexlify, randomBytes, Wallet } from 'ethers';
import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { encodeCall, MARKET, VAULT } from '../../src-main/chain/abi.ts';
import { foldDispute, type ChainDispute } from '../../src-main/chain/disputes-projection.ts';
import { decodeLog, type ChainEvent, type RawLog } from '../../src-main/chain/events.ts';
import { foldTask, type ChainTask } from '../../src-main/chain/tasks-projection.ts';
import { traceEvidence } from '../../src-main/disputes/bisection/evidence.ts';
import { evidenceCall, fundAppealCall } from '../../src-main/disputes/court-calls.ts';
import { commitCall, commitmentFor, reserveCall, revealCall, struct } from '../../src-main/tasks/market-calls.ts';
import type { ChainReader } from './chain.ts';

type Hex = `0x${string}`;
const GAS = { gasLimit: 2_000_000, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
const PAUSE_MS = 200;

/** A solver that makes its results up: no node, only a key that writes to the contracts what a node would. */
export class Cheater {
  readonly #chain: ChainReader;
  readonly #wallet = new Wallet(hexlify(randomBytes(32)));

  constructor(chain: ChainReader) {
    this.#chain = chain;
  }

  get address(): Address {
    return this.#wallet.address as Address;
  }

  /**
   * Waits for its turn, reserves, commits, and reveals as soon as it may.
   * @param result what it says came out; nothing in particular when absent
   */
  async solve(id: TaskId, result?: { readonly digest: Digest; readonly size: number }): Promise<void> {
    const { market, vault } = this.#chain.network.contracts;
    await this.#until(async () => {
      const task = struct((await this.task(id)).fields);
      const { stake, locked } = await this.#chain.account(this.address);
      const total = BigInt(await this.#call(vault, encodeCall(VAULT, 'totalStake', [])));
      const turn = encodeCall(MARKET, 'turnOf', [task, this.address as string as Hex, stake - locked, total]);
      return BigInt(await this.#call(market, turn)) <= (await this.#now());
    });
    await this.#send(market, reserveCall(await this.task(id)));
    const salt = hexlify(randomBytes(32)) as Hex;
    const { digest, size } = result ?? { digest: hexlify(randomBytes(32)) as string as Digest, size: 4 };
    await this.#send(market, commitCall(id, 0, commitmentFor(id, this.address, salt, digest)));
    await this.#until(async () => {
      const task = await this.task(id);
      const from = (task.reservation?.since ?? 0) + task.fields.notice;
      return (await this.#now()) >= Math.max(from, task.heldUntil ?? 0);
    });
    await this.#send(market, revealCall(await this.task(id), this.address, 0, salt, digest, size));
  }

  /** Shows a run to the court, as the solver of the case. */
  async show(disputeId: string, trace: { readonly file: Digest; readonly root: string }): Promise<void> {
    await this.#send(this.#chain.network.contracts.court, evidenceCall(disputeId, traceEvidence(trace)));
  }

  /** Appeals against a ruling, with all it has. */
  async appeal(disputeId: string): Promise<void> {
    const { balance } = await this.#chain.account(this.address);
    await this.#send(this.#chain.network.contracts.court, fundAppealCall(await this.dispute(disputeId), balance));
  }

  async task(id: TaskId): Promise<ChainTask> {
    const events = (await this.#events()).filter(({ subject }) => subject === id);
    const task = events.reduce<ChainTask | null>(foldTask, null);
    if (task === null) throw new Error(`no task ${id}`);
    return task;
  }

  async dispute(id: string): Promise<ChainDispute> {
    const events = (await this.#events()).filter(({ subject }) => subject === `case-${id}`);
    const dispute = events.reduce<ChainDispute | null>(foldDispute, null);
    if (dispute === null) throw new Error(`no dispute ${id}`);
    return dispute;
  }

  async #events(): Promise<ChainEvent[]> {
    const { market, court } = this.#chain.network.contracts;
    const filter = { address: [market, court], fromBlock: '0x0' };
    const logs = await this.#chain.request<RawLog[]>('eth_getLogs', [filter]);
    return logs.flatMap((log) => decodeLog(this.#chain.network, log, 0) ?? []);
  }

  /** The next block's time, seconds: a sandbox makes none while nothing is sent. */
  async #now(): Promise<number> {
    const { timestamp } = await this.#chain.request<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
    return Math.max(Number(timestamp), Math.floor(Date.now() / 1_000));
  }

  #call(to: string, data: string): Promise<string> {
    return this.#chain.request<string>('eth_call', [{ to, data }, 'latest']);
  }

  /** Tried until the chain takes it: its clock moves by whole blocks. */
  async #send(to: string, data: string): Promise<void> {
    const from = this.address;
    await this.#until(() =>
      this.#chain.request('eth_estimateGas', [{ from, to, data }]).then(
        () => true,
        () => false,
      ),
    );
    const nonce = Number(await this.#chain.request<string>('eth_getTransactionCount', [from, 'pending']));
    const { chainId } = this.#chain.network;
    const raw = await this.#wallet.signTransaction({ type: 2, chainId, nonce, to, data, ...GAS });
    const hash = await this.#chain.request<string>('eth_sendRawTransaction', [raw]);
    await this.#until(async () => {
      const receipt = await this.#chain.request<{ status: string } | null>('eth_getTransactionReceipt', [hash]);
      if (receipt !== null && receipt.status !== '0x1') throw new Error('the cheater was refused');
      return receipt !== null;
    });
  }

  async #until(holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 120_000; !(await holds());) {
      if (Date.now() > end) throw new Error('the cheater waited in vain');
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
