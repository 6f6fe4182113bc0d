import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Abi } from 'abitype';
import { parseEther, Wallet, hexlify, randomBytes } from 'ethers';
import { z } from 'zod';
import type { Address, Amount, Digest } from '../../../src-shared/domain/ids.ts';
import { VERIFICATION_CLASSES, type VerificationClass } from '../../../src-shared/domain/models.ts';
import { writeFileAtomic } from '../../files.ts';
import { encodeCall, MARKET, REGISTRY, TOKEN, VAULT, type Contract } from '../abi.ts';
import { ChainError } from '../errors.ts';
import type { NetworkFile } from '../network-file.ts';
import { sandboxRequest } from './rpc.ts';

const GENESIS_SUPPLY = parseEther('200000');
const GIFT = { wallet: parseEther('50'), prepaid: parseEther('100'), stake: parseEther('500'), gas: parseEther('10') };

/** Short times, so that a newcomer sees a task through in half a minute; a real network has hours. */
export const SANDBOX_CLAIM_WINDOW_S = 10;
const MARKET_SETTINGS = {
  treasuryBps: 1_000n,
  lockFactor: 20n,
  retractDelay: 20n,
  minLifetime: 60n,
  maxLifetime: 7n * 86_400n,
  minFee: 10n ** 12n,
};

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

  /** Deploys everything on an empty chain. */
  async deploy(): Promise<NetworkFile['contracts']> {
    await sandboxRequest(this.#rpc, 'anvil_setBalance', [this.address, `0x${parseEther('1000').toString(16)}`]);
    const token = await this.#create(TOKEN, [[this.address], [GENESIS_SUPPLY]]);
    const vault = await this.#create(VAULT, [token, 60n, this.address]);
    const registry = await this.#create(REGISTRY, [BigInt(SANDBOX_CLAIM_WINDOW_S)]);
    const market = await this.#create(MARKET, [vault, registry, this.address, MARKET_SETTINGS, this.address]);
    await this.#send(vault, encodeCall(VAULT, 'addModule', [market as `0x${string}`]));
    await this.#send(token, encodeCall(TOKEN, 'approve', [vault as `0x${string}`, GENESIS_SUPPLY]));
    return {
      token: token as Address,
      vault: vault as Address,
      registry: registry as Address,
      market: market as Address,
    };
  }

  async register(
    registry: Address,
    model: { digest: Digest; fee: Amount; runtime: string; class: VerificationClass },
  ): Promise<void> {
    const runtime = `0x${Buffer.from(model.runtime, 'ascii').toString('hex').padEnd(64, '0')}` as const;
    const verification = BigInt(VERIFICATION_CLASSES.indexOf(model.class));
    const window = BigInt(SANDBOX_CLAIM_WINDOW_S);
    const args = [
      model.digest as `0x${string}`,
      BigInt(model.fee),
      this.address as `0x${string}`,
      window,
      runtime,
      verification,
    ] as const;
    await this.#send(registry, encodeCall(REGISTRY, 'register', args));
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

  async #create<A extends Abi>(contract: Contract<A>, args: readonly unknown[]): Promise<string> {
    const data = contract.bytecode + contract.codec.encodeDeploy(args).slice(2);
    const receipt = await this.#send(null, data);
    if (receipt.contractAddress === null) throw new ChainError('SANDBOX', 'A contract could not be deployed.');
    return receipt.contractAddress;
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
