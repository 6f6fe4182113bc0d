import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Abi } from 'abitype';
import { parseEther, Wallet, hexlify, randomBytes } from 'ethers';
import { z } from 'zod';
import type { Address, Amount, Digest } from '../../../src-shared/domain/ids.ts';
import type { VerificationClass } from '../../../src-shared/domain/models.ts';
import { writeFileAtomic } from '../../files.ts';
import {
  BATCHES,
  CLERK,
  COURT,
  DUTY,
  encodeCall,
  MARKET,
  RANDOMNESS,
  REGISTRY,
  REPLICAS,
  TOKEN,
  VAULT,
  type Contract,
} from '../abi.ts';
import { ChainError } from '../errors.ts';
import { modelId, registerCall } from '../model-calls.ts';
import type { NetworkFile } from '../network-file.ts';
import { sandboxRequest } from './rpc.ts';
import {
  SANDBOX_CLAIM_WINDOW_S,
  SANDBOX_COMPUTE,
  SANDBOX_DUTY,
  SANDBOX_EMISSION,
  SANDBOX_EXIT_DELAY_S,
  SANDBOX_JUROR_DEPOSIT,
  SANDBOX_MARKET,
  SANDBOX_PEOPLE,
  SANDBOX_SUPPORT,
  type MarketSettings,
} from './settings.ts';

const GENESIS_SUPPLY = parseEther('200000');
const GIFT = { wallet: parseEther('50'), prepaid: parseEther('100'), stake: parseEther('500'), gas: parseEther('10') };

type Hex = `0x${string}`;

const RIGHT_TO_ISSUE = 1n;
const RIGHT_TO_SUSPEND = 2n;
const BLOCK_TIMEOUT_MS = 10_000;

const stored = z.object({ key: z.string().regex(/^0x[0-9a-f]{64}$/), gifts: z.array(z.string()) });

/** undefined when there is none, or none that can be read: the play money is lost with it. */
export function readOperator(folder: string): z.infer<typeof stored> | undefined {
  try {
    return stored.safeParse(JSON.parse(readFileSync(join(folder, 'operator.json'), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/**
 * Who runs the sandbox: deploys the contracts, registers the models that ship and hands out play money. Its key lies
 * in the sandbox's folder and is worth nothing; no part of a real network has such a role.
 */
export class SandboxOperator {
  readonly #file: string;
  readonly #rpc: string;
  readonly #wallet: Wallet;
  readonly #chainId: number;
  readonly #gifts: string[];

  constructor(folder: string, rpc: string, chainId: number) {
    this.#file = join(folder, 'operator.json');
    this.#rpc = rpc;
    this.#chainId = chainId;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const known = readOperator(folder);
    this.#wallet = new Wallet(known?.key ?? hexlify(randomBytes(32)));
    this.#gifts = known?.gifts ?? [];
    this.#save();
  }

  get address(): Address {
    return this.#wallet.address as Address;
  }

  /** Deploys everything on an empty chain, and gives every contract its place. */
  async deploy(settings: MarketSettings = SANDBOX_MARKET): Promise<NetworkFile['contracts']> {
    await sandboxRequest(this.#rpc, 'anvil_setBalance', [this.address, `0x${parseEther('1000').toString(16)}`]);
    const { timestamp } = await sandboxRequest<{ timestamp: string }>(this.#rpc, 'eth_getBlockByNumber', [
      'latest',
      false,
    ]);
    const me = this.address as Hex;
    const token = await this.#create(TOKEN, [[me], [GENESIS_SUPPLY]]);
    const start = BigInt(timestamp) - SANDBOX_EMISSION.age;
    const vault = await this.#create(VAULT, [token, SANDBOX_EXIT_DELAY_S, start, SANDBOX_EMISSION.baseReward, me, me]);
    await this.#send(token, encodeCall(TOKEN, 'setMinter', [vault]));
    const registry = await this.#create(REGISTRY, [BigInt(SANDBOX_CLAIM_WINDOW_S), vault, me]);
    const randomness = await this.#create(RANDOMNESS, []);
    const benches = [SANDBOX_COMPUTE, SANDBOX_PEOPLE, SANDBOX_JUROR_DEPOSIT] as const;
    const clerk = await this.#create(CLERK, [vault, randomness]);
    const court = await this.#create(COURT, [clerk, ...benches, me]);
    const market = await this.#create(MARKET, [vault, registry, court, me, settings, me]);
    // Class 1 is for bulk: checks are drawn for single tasks only, so nobody pays for them there.
    await this.#send(market, encodeCall(MARKET, 'setSettings', [1n, { ...settings, checksBps: 0n }]));
    const duty = await this.#create(DUTY, [market, me, SANDBOX_DUTY, me]);
    const replicas = await this.#create(REPLICAS, [market]);
    const batches = await this.#create(BATCHES, [market]);
    for (const lane of [market, replicas, batches]) {
      await this.#send(vault, encodeCall(VAULT, 'addModule', [lane, RIGHT_TO_ISSUE]));
    }
    await this.#send(vault, encodeCall(VAULT, 'addModule', [court, RIGHT_TO_SUSPEND]));
    await this.#send(vault, encodeCall(VAULT, 'addModule', [duty, 0n]));
    await this.#send(market, encodeCall(MARKET, 'setDuty', [duty]));
    // The treasury shares of the fees fund the checks; what is left over goes on to the treasury.
    await this.#send(market, encodeCall(MARKET, 'setTreasury', [duty]));
    await this.#send(token, encodeCall(TOKEN, 'approve', [vault, GENESIS_SUPPLY]));
    await this.#send(vault, encodeCall(VAULT, 'depositTo', [duty, SANDBOX_DUTY.reserve, 0n]));
    return {
      token: token as string as Address,
      vault: vault as string as Address,
      registry: registry as string as Address,
      court: court as string as Address,
      market: market as string as Address,
      duty: duty as string as Address,
      replicas: replicas as string as Address,
      batches: batches as string as Address,
    };
  }

  async register(
    registry: Address,
    model: { digest: Digest; fee: Amount; runtime: string; class: VerificationClass },
  ): Promise<void> {
    const data = registerCall({ ...model, payee: this.address, claimWindow: SANDBOX_CLAIM_WINDOW_S });
    await this.#send(registry, data);
    const { rate, floor } = SANDBOX_EMISSION;
    const id = modelId(this.address, model.digest);
    await this.#send(registry, encodeCall(REGISTRY, 'setEmission', [id, rate, floor]));
  }

  /** Says with stake of its own that these models shall bring emission, until the nodes of the sandbox say so. */
  async support(contracts: NetworkFile['contracts'], models: readonly Digest[]): Promise<void> {
    if (models.length === 0) return;
    const me = this.address as Hex;
    await this.#send(contracts.vault, encodeCall(VAULT, 'depositTo', [me, 0n, SANDBOX_SUPPORT]));
    const weight = SANDBOX_SUPPORT / BigInt(models.length);
    for (const digest of models) {
      const id = modelId(this.address, digest);
      await this.#send(contracts.registry, encodeCall(REGISTRY, 'signalSupport', [id, weight]));
    }
  }

  /** Play money, once per account. @param prepaid base units ready to pay for tasks. @returns false when the account was served before. */
  async gift(contracts: NetworkFile['contracts'], to: Address, prepaid = GIFT.prepaid): Promise<boolean> {
    const account = to.toLowerCase();
    if (this.#gifts.includes(account)) return false;
    await sandboxRequest(this.#rpc, 'anvil_setBalance', [to, `0x${GIFT.gas.toString(16)}`]);
    await this.#send(contracts.vault, encodeCall(VAULT, 'depositTo', [to as `0x${string}`, prepaid, GIFT.stake]));
    await this.#send(contracts.token, encodeCall(TOKEN, 'transfer', [to as `0x${string}`, GIFT.wallet]));
    this.#gifts.push(account);
    this.#save();
    return true;
  }

  async #create<A extends Abi>(contract: Contract<A>, args: readonly unknown[]): Promise<Hex> {
    const data = contract.bytecode + contract.codec.encodeDeploy(args).slice(2);
    const receipt = await this.#send(null, data);
    if (receipt.contractAddress === null) throw new ChainError('SANDBOX', 'A contract could not be deployed.');
    return receipt.contractAddress as Hex;
  }

  async #send(to: string | null, data: string): Promise<{ contractAddress: string | null }> {
    const nonce = Number(await sandboxRequest<string>(this.#rpc, 'eth_getTransactionCount', [this.address, 'pending']));
    const raw = await this.#wallet.signTransaction({
      type: 2,
      chainId: this.#chainId,
      nonce,
      to,
      data,
      gasLimit: 8_000_000n,
      maxFeePerGas: 10_000_000_000n,
      maxPriorityFeePerGas: 1_000_000_000n,
    });
    const hash = await sandboxRequest<string>(this.#rpc, 'eth_sendRawTransaction', [raw]);
    // The chain answers before the block exists: a few looks are needed at times.
    for (const end = Date.now() + BLOCK_TIMEOUT_MS; Date.now() < end;) {
      const receipt = await sandboxRequest<{ status: string; contractAddress: string | null } | null>(
        this.#rpc,
        'eth_getTransactionReceipt',
        [hash],
      );
      if (receipt?.status === '0x1') return receipt;
      if (receipt !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new ChainError('SANDBOX', 'The sandbox chain refused a set-up transaction.');
  }

  #save(): void {
    writeFileAtomic(this.#file, JSON.stringify({ key: this.#wallet.privateKey, gifts: this.#gifts }));
  }
}
