import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { FetchRequest, hexlify, parseEther, randomBytes, Transaction, Wallet } from 'ethers';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Address, Amount, Digest } from '../../src-shared/domain/ids.ts';
import type { Abi } from 'abitype';
import { encodeCall, type Contract, type FunctionArgs, type FunctionName } from './abi.ts';
import { ChainClient } from './client.ts';
import { chainGone } from './errors.ts';
import type { NetworkFile } from './network-file.ts';
import type { TransactionSigner } from './outbox.ts';
import { SandboxOperator } from './sandbox/operator.ts';
import { sandboxRequest } from './sandbox/rpc.ts';
import { SANDBOX_MARKET, type MarketSettings } from './sandbox/settings.ts';

const CHAIN_ID = 771_002;
const ANVIL = join(
  createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/package.json'),
  '..',
  'bin',
  'anvil',
);

/** No turns, no reservations, no checks: whoever is first is paid. */
export const RACE: MarketSettings = {
  ...SANDBOX_MARKET,
  bondBps: 0n,
  checksBps: 0n,
  spread: 0n,
  notice: 0n,
  claimWindow: 10n,
};

/** For tests only: a real chain with the contracts deployed, in a process of its own. */
export class TestChain {
  readonly rpc: string;
  readonly operator: SandboxOperator;
  network: NetworkFile = undefined as never;
  readonly #stop: () => Promise<void>;
  #held = false;

  /** @param settings of the market; the pure race, unless a test is about turns, reservations or checks. */
  static async start(settings: MarketSettings = RACE): Promise<TestChain> {
    const child = spawn(
      ANVIL,
      [
        '--host',
        '127.0.0.1',
        '--port',
        '0',
        '--chain-id',
        String(CHAIN_ID),
        '--accounts',
        '0',
        '--no-cors',
        '--hardfork',
        'cancun',
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    const port = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error('anvil did not start')));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const match = /Listening on 127\.0\.0\.1:(\d+)/.exec(text);
        if (match?.[1] !== undefined) resolve(match[1]);
      });
    });
    const folder = mkdtempSync(join(tmpdir(), 'folkmoot-chain-'));
    const chain = new TestChain(`http://127.0.0.1:${port}`, folder, async () => {
      process.off('exit', kill);
      kill();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    });
    await chain.#deploy(settings);
    return chain;
  }

  private constructor(rpc: string, folder: string, stop: () => Promise<void>) {
    this.rpc = rpc;
    this.operator = new SandboxOperator(folder, rpc, CHAIN_ID);
    this.#stop = stop;
  }

  async #deploy(settings: MarketSettings): Promise<void> {
    const contracts = await this.operator.deploy(settings);
    // Blocks come as fast as transactions here, and no two may share a second: the market counts in seconds.
    await this.request('anvil_setBlockTimestampInterval', [1]);
    const { hash } = await this.request<{ hash: string }>('eth_getBlockByNumber', ['0x0', false]);
    this.network = {
      format: 1,
      name: 'test',
      kind: 'live',
      chainId: CHAIN_ID,
      rpc: this.rpc,
      anchor: { number: 0, hash },
      contracts,
      pollMs: 20,
      bootstrap: [],
    };
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  request<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    return sandboxRequest<T>(this.rpc, method, params);
  }

  client(): FaultyClient {
    return new FaultyClient(this.network, () => undefined, 20);
  }

  /** A new account with coins for gas, and play money if asked for. */
  async account(money = false): Promise<Wallet> {
    const wallet = new Wallet(hexlify(randomBytes(32)));
    await this.request('anvil_setBalance', [wallet.address, `0x${parseEther('10').toString(16)}`]);
    // A reorg in a test must not reach down to before this account had anything.
    await this.request('anvil_mine', ['0x8']);
    if (money) await this.operator.gift(this.network.contracts, wallet.address as Address);
    return wallet;
  }

  async model(digest: Digest, fee = '1000'): Promise<void> {
    await this.operator.register(this.network.contracts.registry, {
      digest,
      fee: fee as Amount,
      runtime: 'onnx',
      class: 'exact',
    });
  }

  /** One call outside of any outbox. @throws when it is refused. @returns the hash. */
  send<A extends Abi, N extends FunctionName<A>>(
    from: Wallet,
    to: string,
    contract: Contract<A>,
    name: N,
    args: FunctionArgs<A, N>,
  ): Promise<string> {
    return this.sendData(from, to, encodeCall(contract, name, args));
  }

  async sendData(from: Wallet, to: string, data: string): Promise<string> {
    await this.request('eth_estimateGas', [{ from: from.address, to, data }]);
    const hash = await this.#sendRaw(from, to, data);
    // The answer comes before the block.
    if (!this.#held) await until(() => this.request('eth_getTransactionReceipt', [hash]), 'the block');
    return hash;
  }

  /** A node that acts through the same account may have taken the number meanwhile: then the next one. */
  async #sendRaw(from: Wallet, to: string, data: string): Promise<string> {
    const nonce = Number(await this.request<string>('eth_getTransactionCount', [from.address, 'pending']));
    const gas = { gasLimit: 2_000_000n, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
    const raw = await from.signTransaction({ type: 2, chainId: CHAIN_ID, nonce, to, data, ...gas });
    try {
      return await this.request<string>('eth_sendRawTransaction', [raw]);
    } catch (error) {
      if (error instanceof Error && /nonce too low|replacement/i.test(error.message))
        return this.#sendRaw(from, to, data);
      throw error;
    }
  }

  /** Lets time pass on the chain, and a block tell of it. */
  async later(seconds: number): Promise<void> {
    const latest = await this.request<{ timestamp: string } | null>('eth_getBlockByNumber', ['latest', false]);
    // Set back to a snapshot whose block was replaced, anvil knows no latest block until it makes one.
    if (latest !== null) await this.request('evm_setNextBlockTimestamp', [Number(latest.timestamp) + seconds]);
    await this.request('evm_mine');
  }

  /** While held, transactions wait for `evm_mine`. */
  async hold(held: boolean): Promise<void> {
    this.#held = held;
    await this.request('evm_setAutomine', [!held]);
  }

  nonce(account: string): Promise<number> {
    return this.request<string>('eth_getTransactionCount', [account, 'latest']).then(Number);
  }
}

/** `gone`: no answer and nothing done; `lost`: done, but the answer never arrived; `hang`: neither, for ever. */
export type Fault = 'pass' | 'gone' | 'lost' | 'hang' | 'hang-after';

/** A client whose line can be cut, for one method or for all. */
export class FaultyClient extends ChainClient {
  fault: (method: string) => Fault = () => 'pass';
  readonly asked: string[] = [];

  override async request<T>(method: string, params: readonly unknown[]): Promise<T> {
    this.asked.push(method);
    const fault = this.fault(method);
    if (fault === 'gone') throw chainGone(this.network.rpc, null);
    if (fault === 'hang') return new Promise(() => undefined);
    const answer = await super.request<T>(method, params);
    if (fault === 'lost') throw chainGone(this.network.rpc, null);
    if (fault === 'hang-after') return new Promise(() => undefined);
    return answer;
  }
}

/** A wallet that can be locked, and that counts what it signed. */
export function testSigner(wallet: Wallet): TransactionSigner & { locked: boolean; signed: number; hang: boolean } {
  const signer = {
    locked: false,
    hang: false,
    signed: 0,
    address: () => (signer.locked ? null : (wallet.address as Address)),
    sign: async (request: Parameters<TransactionSigner['sign']>[0]) => {
      if (signer.hang) return new Promise<never>(() => undefined);
      signer.signed++;
      const raw = await wallet.signTransaction({ ...request, type: 2 });
      return { raw, hash: Transaction.from(raw).hash ?? '', spend: null };
    },
  };
  return signer;
}

/** Resolves when it holds; looked at often, given up after 50 s, where a test would be given up itself. */
export async function until(holds: () => unknown, what: string | (() => string) = 'it'): Promise<void> {
  const end = Date.now() + 50_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${typeof what === 'string' ? what : what()} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** From now on this endpoint answers one method with a JSON-RPC error: below the client's own translation of errors. */
export function brokenEndpoint(
  rpc: string,
  method: string,
  error: { code: number; message: string },
): { heal: () => void } {
  let broken = true;
  const gateway = FetchRequest.createGetUrlFunc();
  FetchRequest.registerGetUrl((request, signal) => {
    const { method: asked, id } = JSON.parse(Buffer.from(request.body ?? '{}').toString()) as {
      method?: string;
      id?: number;
    };
    if (!broken || asked !== method || request.url !== rpc) return gateway(request, signal);
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, error }));
    return Promise.resolve({ statusCode: 200, statusMessage: 'OK', headers: {}, body });
  });
  return { heal: () => void (broken = false) };
}
