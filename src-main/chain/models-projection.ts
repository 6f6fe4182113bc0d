import type { Address, Amount, Digest, ModelId } from '../../src-shared/domain/ids.ts';
import type { ChainEvent } from './events.ts';

export interface ChainModel {
  readonly id: ModelId;
  readonly digest: Digest;
  readonly registrar: Address;
  readonly fee: Amount;
  readonly claimWindow: number;
  readonly active: boolean;
  /** Emission in 1/1,000 of the base reward; zero for none. */
  readonly rate: number;
}

/** Pure fold over a model's events, in chain order. */
export function foldModel(model: ChainModel | null, event: ChainEvent): ChainModel | null {
  const { args } = event;
  if (event.name === 'ModelRegistered') {
    return {
      id: event.subject as ModelId,
      digest: args['manifestDigest'] as Digest,
      registrar: args['registrar'] as Address,
      fee: args['fee'] as Amount,
      claimWindow: Number(args['claimWindow']),
      active: true,
      rate: 0,
    };
  }
  if (model === null) return null;
  if (event.name === 'ModelFeeChanged') return { ...model, fee: args['fee'] as Amount };
  if (event.name === 'ModelEmissionChanged') return { ...model, rate: Number(args['rate']) };
  if (event.name === 'ModelRetired') return { ...model, active: false };
  return model;
}
