import type { Abi, AbiParametersToPrimitiveTypes, ExtractAbiFunction, ExtractAbiFunctionNames } from 'abitype';
import { Interface } from 'ethers';
import court from '../../artifacts/contracts/court/Court.sol/Court.json' with { type: 'json' };
import clerk from '../../artifacts/contracts/court/CourtClerk.sol/CourtClerk.json' with { type: 'json' };
import type { CourtClerk$Type } from '../../artifacts/contracts/court/CourtClerk.sol/artifacts.d.ts';
import courtCase from '../../artifacts/contracts/interfaces/ICourtCase.sol/ICourtCase.json' with { type: 'json' };
import type { ICourtCase$Type } from '../../artifacts/contracts/interfaces/ICourtCase.sol/artifacts.d.ts';
import randomness from '../../artifacts/contracts/court/BlockhashRandomness.sol/BlockhashRandomness.json' with { type: 'json' };
import type { BlockhashRandomness$Type } from '../../artifacts/contracts/court/BlockhashRandomness.sol/artifacts.d.ts';
import duty from '../../artifacts/contracts/duty/DutyRoster.sol/DutyRoster.json' with { type: 'json' };
import type { DutyRoster$Type } from '../../artifacts/contracts/duty/DutyRoster.sol/artifacts.d.ts';
import registry from '../../artifacts/contracts/models/ModelRegistry.sol/ModelRegistry.json' with { type: 'json' };
import type { ModelRegistry$Type } from '../../artifacts/contracts/models/ModelRegistry.sol/artifacts.d.ts';
import vault from '../../artifacts/contracts/stake/StakeVault.sol/StakeVault.json' with { type: 'json' };
import type { StakeVault$Type } from '../../artifacts/contracts/stake/StakeVault.sol/artifacts.d.ts';
import market from '../../artifacts/contracts/tasks/TaskMarket.sol/TaskMarket.json' with { type: 'json' };
import type { TaskMarket$Type } from '../../artifacts/contracts/tasks/TaskMarket.sol/artifacts.d.ts';
import batches from '../../artifacts/contracts/tasks/BatchMarket.sol/BatchMarket.json' with { type: 'json' };
import type { BatchMarket$Type } from '../../artifacts/contracts/tasks/BatchMarket.sol/artifacts.d.ts';
import replicas from '../../artifacts/contracts/tasks/ReplicatedTasks.sol/ReplicatedTasks.json' with { type: 'json' };
import type { ReplicatedTasks$Type } from '../../artifacts/contracts/tasks/ReplicatedTasks.sol/artifacts.d.ts';
import token from '../../artifacts/contracts/token/MootToken.sol/MootToken.json' with { type: 'json' };
import type { MootToken$Type } from '../../artifacts/contracts/token/MootToken.sol/artifacts.d.ts';

declare module 'abitype' {
  interface Register {
    // ethers answers every integer as bigint, also the small ones.
    intType: bigint;
  }
}

/** One contract: literal ABI in the types, ethers' codec at run time. */
export interface Contract<A extends Abi> {
  readonly abi: A;
  readonly codec: Interface;
  readonly bytecode: string;
}

function contract<A extends Abi>(artifact: { abi: unknown; bytecode: string }): Contract<A> {
  return { abi: artifact.abi as A, codec: new Interface(artifact.abi as never), bytecode: artifact.bytecode };
}

export const TOKEN = contract<MootToken$Type['abi']>(token);
export const VAULT = contract<StakeVault$Type['abi']>(vault);
export const REGISTRY = contract<ModelRegistry$Type['abi']>(registry);
/** Its code is in two pieces behind one address: deployed as the one, spoken to through the interface of both. */
export const COURT = contract<ICourtCase$Type['abi']>({
  abi: [...court.abi.filter(({ type }) => type === 'constructor'), ...courtCase.abi],
  bytecode: court.bytecode,
});
export const CLERK = contract<CourtClerk$Type['abi']>(clerk);
export const RANDOMNESS = contract<BlockhashRandomness$Type['abi']>(randomness);
export const MARKET = contract<TaskMarket$Type['abi']>(market);
export const DUTY = contract<DutyRoster$Type['abi']>(duty);
export const BATCHES = contract<BatchMarket$Type['abi']>(batches);
export const REPLICAS = contract<ReplicatedTasks$Type['abi']>(replicas);

export type FunctionName<A extends Abi> = ExtractAbiFunctionNames<A>;
export type FunctionArgs<A extends Abi, N extends FunctionName<A>> = Readonly<
  AbiParametersToPrimitiveTypes<ExtractAbiFunction<A, N>['inputs'], 'inputs'>
>;
type FunctionOutputs<A extends Abi, N extends FunctionName<A>> = AbiParametersToPrimitiveTypes<
  ExtractAbiFunction<A, N>['outputs'],
  'outputs'
>;
/** The single value, or a tuple when the function answers several. */
export type FunctionResult<A extends Abi, N extends FunctionName<A>> =
  FunctionOutputs<A, N> extends readonly [infer Only] ? Only : FunctionOutputs<A, N>;

/** Call data, names and types checked against the ABI at compile time. */
export function encodeCall<A extends Abi, N extends FunctionName<A>>(
  contract: Contract<A>,
  name: N,
  args: FunctionArgs<A, N>,
): string {
  return contract.codec.encodeFunctionData(name, args as readonly unknown[]);
}

/** Names a revert: "ClaimWindowOpen(1700000000)" for the contracts' own errors, the reason text for others. */
export function describeRevert(data: string): string {
  for (const { codec } of [MARKET, VAULT, COURT, DUTY, REPLICAS, BATCHES, REGISTRY, TOKEN]) {
    try {
      const parsed = codec.parseError(data);
      if (parsed !== null) return `${parsed.name}(${parsed.args.map(String).join(', ')})`;
    } catch {
      // Not an error of this contract.
    }
  }
  return data === '0x' || data === '' ? 'no reason given' : `unknown error ${data.slice(0, 10)}`;
}
