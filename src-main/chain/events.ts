import type { Interface, LogDescription } from 'ethers';
import { BATCHES, COURT, DUTY, MARKET, REGISTRY, REPLICAS, VAULT } from './abi.ts';
import type { NetworkFile } from './network-file.ts';

/** JSON of a decoded argument: integers as decimal text, structs as objects. */
export type Json = string | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Contracts whose events are kept. */
export const INDEXED = ['market', 'registry', 'court', 'duty', 'vault', 'replicas', 'batches'] as const;
const CODECS: Readonly<Record<(typeof INDEXED)[number], Interface>> = {
  market: MARKET.codec,
  registry: REGISTRY.codec,
  court: COURT.codec,
  duty: DUTY.codec,
  vault: VAULT.codec,
  replicas: REPLICAS.codec,
  batches: BATCHES.codec,
};

/** One event of our contracts, where and when it happened. `subject`: the task, model, case or account it is about. */
export interface ChainEvent {
  readonly block: number;
  readonly logIndex: number;
  readonly tx: string;
  readonly contract: (typeof INDEXED)[number];
  readonly name: string;
  readonly subject: string;
  readonly args: Readonly<Record<string, Json>>;
  /** Block time, seconds. */
  readonly time: number;
}

export interface RawLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly transactionHash: string;
  readonly logIndex: string;
}

/** Decodes a log of one of the network's contracts; null for logs that this version does not know. */
export function decodeLog(network: NetworkFile, log: RawLog, time: number): ChainEvent | null {
  const contract = contractAt(network, log.address);
  if (contract === null) return null;
  const parsed = parse(CODECS[contract], log);
  if (parsed === null) return null;
  const args: Record<string, Json> = {};
  for (const [index, input] of parsed.fragment.inputs.entries()) args[input.name] = toJson(parsed.args[index], input);
  const subject = subjectOf(contract, parsed.name, args);
  return {
    block: Number(log.blockNumber),
    logIndex: Number(log.logIndex),
    tx: log.transactionHash,
    contract,
    name: parsed.name,
    subject,
    args,
    time,
  };
}

/** A log that does not fit its own topic is none of ours: it must not stop the index. */
function parse(codec: Interface, { topics, data }: RawLog): LogDescription | null {
  try {
    return codec.parseLog({ topics: [...topics], data });
  } catch {
    return null;
  }
}

/** Cases of the court are told apart from everything else by their name: `case-7`. A module's ruling belongs there too. */
function subjectOf(contract: ChainEvent['contract'], event: string, args: Readonly<Record<string, Json>>): string {
  const dispute = args['disputeId'] ?? args['evidenceGroupId'];
  if ((contract === 'court' || event === 'Ruling') && typeof dispute === 'string') return `case-${dispute}`;
  for (const name of ['taskId', 'batchId', 'model', 'juror', 'checker', 'account']) {
    const value = args[name];
    if (typeof value === 'string') return value;
  }
  return '';
}

function contractAt({ contracts }: NetworkFile, address: string): ChainEvent['contract'] | null {
  const at = address.toLowerCase();
  return INDEXED.find((name) => at === contracts[name].toLowerCase()) ?? null;
}

interface ParamShape {
  readonly name: string;
  readonly components?: readonly ParamShape[] | null;
}

function toJson(value: unknown, shape: ParamShape): Json {
  if (typeof value === 'bigint' || typeof value === 'number') return value.toString();
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  const values = Array.from(value as ArrayLike<unknown>);
  const { components } = shape;
  if (components === undefined || components === null) return values.map((entry) => toJson(entry, { name: '' }));
  return Object.fromEntries(components.map((component, index) => [component.name, toJson(values[index], component)]));
}
