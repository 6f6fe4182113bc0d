import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface, type JsonFragment, type ParamType } from 'ethers/abi';
import { describe, expect, it } from 'vitest';
import { CALL_RULES, type ContractName } from './calls.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILES: Record<ContractName, string> = {
  token: 'IMootToken',
  vault: 'IStakeVault',
  market: 'ITaskMarket',
  registry: 'IModelRegistry',
  court: 'ICourtCase',
  duty: 'IDutyRoster',
  replicas: 'IReplicatedTasks',
  batches: 'IBatchMarket',
};

/** One entry per word of the call data: a tuple of static members stands in its members' words. */
function words(inputs: readonly ParamType[] | undefined): ParamType[] {
  return (inputs ?? []).flatMap((input) => (input.components === null ? [input] : words(input.components)));
}

function artifact(name: string): Interface | undefined {
  const path = join(ROOT, `artifacts/contracts/interfaces/${name}.sol/${name}.json`);
  if (!existsSync(path)) return undefined;
  return new Interface((JSON.parse(readFileSync(path, 'utf8')) as { abi: JsonFragment[] }).abi);
}

/** Needs `npm run contracts` to have run; without artifacts there is nothing to compare with. */
describe.each(Object.entries(FILES) as [ContractName, string][])('rules for %s', (contract, name) => {
  const abi = artifact(name);
  it.skipIf(abi === undefined)('name functions that exist, with amounts and addresses where the rules look', () => {
    for (const rule of CALL_RULES.filter((each) => each.contract === contract)) {
      const found = abi?.getFunction(rule.signature);
      expect(found, rule.signature).not.toBeNull();
      expect(found?.stateMutability, rule.signature).toBe('nonpayable');
      const inputs = words(found?.inputs);
      for (const n of rule.spends ?? []) expect(inputs[n]?.type, rule.signature).toMatch(/^uint/);
      for (const n of [...(rule.own ?? []), ...(rule.vault ?? [])])
        expect(inputs[n]?.type, rule.signature).toBe('address');
    }
  });
});

it('puts the arguments that carry rules where the decoder looks', () => {
  for (const { signature, spends = [], own = [], vault = [] } of CALL_RULES) {
    const inputs = words(new Interface([`function ${signature}`]).fragments[0]?.inputs);
    const last = Math.max(-1, ...spends, ...own, ...vault);
    expect(
      inputs.slice(0, last + 1).every((input) => /^(?:uint\d+|address|bytes\d+|bool)$/.test(input.type)),
      signature,
    ).toBe(true);
  }
});
