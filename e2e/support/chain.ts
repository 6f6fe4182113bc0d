import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface, parseEther, toQuantity } from 'ethers';
import type { NetworkFile } from '../../src-main/chain/network-file.ts';

/** Own, independent reading of the contracts: the story is checked against the chain, not against the node's word. */
const ABI = new Interface([
  'function balanceOf(address) view returns (uint256)',
  'function totalSupply() view returns (uint256)',
  'function accountOf(address) view returns (tuple(uint80 balance, uint80 stake, uint80 locked, uint8 accepted, bool suspended))',
  'function moduleOf(address) view returns (tuple(uint80 escrowed, uint80 retained, uint80 locked, uint8 status, uint8 rights))',
  'function issuance() view returns (tuple(uint80 issued, uint80 treasuryDue, uint80 liquidityDue, uint16 baseReward))',
  'function accruedOf(address module, bytes32 key) view returns (uint80)',
  'function owner() view returns (address)',
  'function depositTo(address account, uint80 toBalance, uint80 toStake)',
]);

const GIFT = { stake: parseEther('500'), prepaid: parseEther('10'), gas: parseEther('10') };

export interface Account {
  readonly wallet: bigint;
  readonly balance: bigint;
  readonly stake: bigint;
  readonly locked: bigint;
}

export class ChainReader {
  readonly network: NetworkFile;

  /** @param profile of a node that hosts a sandbox */
  constructor(profile: string) {
    this.network = JSON.parse(readFileSync(join(profile, 'sandbox', 'network.json'), 'utf8')) as NetworkFile;
  }

  async request<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    const response = await fetch(this.network.rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const answer = (await response.json()) as { result: T; error?: { message: string } };
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  async account(of: string): Promise<Account> {
    const [{ balance, stake, locked }] = await this.#read(this.network.contracts.vault, 'accountOf', [of]);
    const [wallet] = await this.#read(this.network.contracts.token, 'balanceOf', [of]);
    return { wallet, balance, stake, locked };
  }

  /** Play money for a further account: the sandbox's operator gives it, as it does for the neighbours. */
  async gift(to: string): Promise<void> {
    const operator = await this.operator();
    await this.request('anvil_setBalance', [to, toQuantity(GIFT.gas)]);
    await this.request('anvil_impersonateAccount', [operator]);
    const data = ABI.encodeFunctionData('depositTo', [to, GIFT.prepaid, GIFT.stake]);
    await this.request('eth_sendTransaction', [{ from: operator, to: this.network.contracts.vault, data }]);
    await this.request('anvil_stopImpersonatingAccount', [operator]);
  }

  /** Who deployed the sandbox: treasury and author of the models that ship. */
  async operator(): Promise<string> {
    return (await this.#read(this.network.contracts.market, 'owner', []))[0] as string;
  }

  /**
   * Whether every unit is somebody's: what the vault owes is what it holds and may mint, and what exists lies in the
   * vault or in a wallet.
   * @param accounts everybody who ever had anything
   * @param models ids of models whose fees may wait for their author
   */
  async conserved(accounts: readonly string[], models: readonly string[]): Promise<boolean> {
    const { token, vault, market, court, duty } = this.network.contracts;
    const [held] = await this.#read(token, 'balanceOf', [vault]);
    const [supply] = await this.#read(token, 'totalSupply', []);
    const [{ issued, treasuryDue, liquidityDue }] = await this.#read(vault, 'issuance', []);
    let [owed, wallets, locks] = [treasuryDue + liquidityDue, 0n, 0n];
    for (const who of new Set([...accounts, duty, await this.operator()])) {
      const { wallet, balance, stake, locked } = await this.account(who);
      owed += balance + stake;
      wallets += wallet;
      locks += locked;
    }
    for (const module of [market, court, duty]) {
      const [{ escrowed, retained, locked }] = await this.#read(vault, 'moduleOf', [module]);
      owed += escrowed + retained;
      locks -= locked;
    }
    for (const model of models) owed += (await this.#read(vault, 'accruedOf', [market, model]))[0];
    return owed === held + issued - supply && wallets + held === supply && locks === 0n;
  }

  async #read(to: string, name: string, args: readonly unknown[]) {
    const data = ABI.encodeFunctionData(name, args);
    return ABI.decodeFunctionResult(name, await this.request<string>('eth_call', [{ to, data }, 'latest']));
  }
}
