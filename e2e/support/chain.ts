import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface, parseEther, toQuantity } from 'ethers';
import type { NetworkFile } from '../../src-main/chain/network-file.ts';

/** Own, independent reading of the contracts: the story is checked against the chain, not against the node's word. */
const ABI = new Interface([
  'function balanceOf(address) view returns (uint256)',
  'function totalSupply() view returns (uint256)',
  'function accountOf(address) view returns (tuple(uint80 balance, uint80 stake, uint80 locked))',
  'function moduleOf(address) view returns (tuple(uint80 escrowed, uint80 retained, uint80 locked, uint8 status))',
  'function treasury() view returns (address)',
  'function depositTo(address account, uint80 toBalance, uint80 toStake)',
]);

const GIFT = { stake: parseEther('500'), prepaid: parseEther('10'), gas: parseEther('10') };

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

  async account(of: string): Promise<{ wallet: bigint; balance: bigint; stake: bigint; locked: bigint }> {
    const [{ balance, stake, locked }] = await this.#read(this.network.contracts.vault, 'accountOf', [of]);
    const [wallet] = await this.#read(this.network.contracts.token, 'balanceOf', [of]);
    return { wallet, balance, stake, locked };
  }

  /** Play money for a further node: the sandbox's operator gives it, as it does for the neighbours. */
  async gift(to: string): Promise<void> {
    const operator = await this.treasury();
    await this.request('anvil_setBalance', [to, toQuantity(GIFT.gas)]);
    await this.request('anvil_impersonateAccount', [operator]);
    const data = ABI.encodeFunctionData('depositTo', [to, GIFT.prepaid, GIFT.stake]);
    await this.request('eth_sendTransaction', [{ from: operator, to: this.network.contracts.vault, data }]);
    await this.request('anvil_stopImpersonatingAccount', [operator]);
  }

  async treasury(): Promise<string> {
    return (await this.#read(this.network.contracts.market, 'treasury', []))[0] as string;
  }

  /** Tokens in the vault, the market's escrow, treasury shares not credited yet, and all tokens there are. */
  async totals(): Promise<{ held: bigint; escrowed: bigint; retained: bigint; supply: bigint }> {
    const { token, vault, market } = this.network.contracts;
    const [held] = await this.#read(token, 'balanceOf', [vault]);
    const [supply] = await this.#read(token, 'totalSupply', []);
    const [{ escrowed, retained }] = await this.#read(vault, 'moduleOf', [market]);
    return { held, escrowed, retained, supply };
  }

  async #read(to: string, name: string, args: readonly unknown[]) {
    const data = ABI.encodeFunctionData(name, args);
    return ABI.decodeFunctionResult(name, await this.request<string>('eth_call', [{ to, data }, 'latest']));
  }
}
