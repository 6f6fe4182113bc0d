import { z } from 'zod';
import { ASSURANCES, MAX_LINES } from '../domain/tasks.ts';
import { parseMoot } from '../domain/amounts.ts';
import { parseDigest } from '../domain/content-id.ts';
import type { Amount, Digest, PeerId } from '../domain/ids.ts';
import type { DeterminismTest, Diagnostics, History, LogLine, ModelInspection, ServerView } from '../domain/machine.ts';
import { LOG_LEVELS, PROVIDERS } from '../domain/machine.ts';
import { MAX_PRICE } from '../domain/prices.ts';
import type { DisputeView } from '../domain/disputes.ts';
import type { LedgerEntry } from '../domain/earnings.ts';
import type { ClaimView } from '../domain/speed.ts';
import type { LineView, Quote, TaskView } from '../domain/tasks.ts';

/** Everything a person or program may ask the node for. Inputs are parsed here, on the host; the client needs only the types. */

const digest = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<Digest>;
/** 0x and 64 hex digits, or a content id; the digest either way. */
const digestOrCid = z
  .string()
  .max(200)
  .transform((text, context) => {
    const parsed = parseDigest(text);
    if (parsed === null)
      context.addIssue({ code: 'custom', message: 'it is 0x and 64 hexadecimal digits, or a content id (bafkrei…)' });
    return parsed ?? z.NEVER;
  });
/** Base units as digits, or refused. The renderer turns typed text into units with `parseMoot`. */
const amount = z
  .string()
  .regex(/^\d{1,25}$/)
  .refine(
    (text) => BigInt(text) <= BigInt(parseMoot('1000000')),
    'more than all MOOT there will ever be',
  ) as unknown as z.ZodType<Amount>;
const passphrase = z.string().min(1).max(1024);
/** A new passphrase protects money: at least 8 characters. */
const newPassphrase = z.string().min(8, 'use at least 8 characters').max(1024);
const upload = z.string().regex(/^[0-9a-f]{32}$/);
const folderFiles = z
  .array(z.object({ path: z.string().min(1).max(300), upload }))
  .min(1)
  .max(200);
const page = z.object({ before: z.number().int().nonnegative().nullable(), limit: z.number().int().min(1).max(200) });

export const taskInput = z.discriminatedUnion('kind', [
  /** Base64 of width x height bytes, 0 background, 255 ink. */
  z.object({ kind: z.literal('image'), pixels: z.string().max(1_500_000) }),
  z.object({ kind: z.literal('text'), text: z.string().max(100_000) }),
  z.object({ kind: z.literal('table'), values: z.array(z.number().finite()).max(1024) }),
  /** Raw tensor bytes, or a picture as raw bytes, sent before by `uploads`. */
  z.object({ kind: z.literal('upload'), upload }),
]);
export type TaskInput = z.infer<typeof taskInput>;

/** One for each line; or all of them, equally long, one after the other in one upload. */
const linesInput = z.union([
  z.array(taskInput).min(1).max(MAX_LINES),
  z.object({ upload, lines: z.number().int().min(1).max(MAX_LINES) }),
]);
export type LinesInput = z.infer<typeof linesInput>;

const assurance = z.enum(ASSURANCES).default('basic');
const disputeId = z.string().regex(/^\d{1,20}$/);
const positive = amount.refine((text) => BigInt(text) > 0n, 'more than nothing');
/** Money of the person's, or watts. */
const price = z.number().nonnegative().max(MAX_PRICE).nullable();
const none = z.object({});
const device = z.string().regex(/^(cpu|gpu:[A-Za-z0-9:._-]{1,80})$/);
/** Bytes that an address space can hold. */
const memory = z
  .number()
  .int()
  .min(0)
  .max(2 ** 46);
const deviceLimits = z.object({
  on: z.boolean(),
  duty: z.number().min(0.05).max(1),
  targetC: z.number().min(30).max(110).nullable(),
  powerCapW: z.number().min(1).max(2_000).nullable(),
  memoryBytes: memory.nullable(),
  lanes: z.number().int().min(1).max(64),
});
const minute = z.number().int().min(0).max(1_440);
const spans = z
  .array(z.object({ days: z.array(z.number().int().min(0).max(6)).min(1).max(7), from: minute, to: minute }))
  .max(32);
const machineLimits = z.object({
  schedule: spans,
  quiet: spans,
  onBattery: z.boolean(),
  whenActive: z.enum(['run', 'throttle', 'stop']),
  idleSeconds: z.number().int().min(10).max(86_400),
  yieldToGames: z.boolean(),
  onMetered: z.boolean(),
  diskFreeBytes: memory,
});
/** Base58, as libp2p writes ids of peers. */
const peer = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{1,64}$/) as unknown as z.ZodType<PeerId>;
/** Of a server on this machine or in its network; what may stand there is checked again before it is asked. */
const serverUrl = z.string().max(300);
/** Of a container: the node refuses all but one that is pinned by its digest, and says why. */
const image = z.string().min(1).max(300);

export const inputs = {
  'policy.pause': z.object({
    forMs: z
      .number()
      .int()
      .min(1_000)
      .max(366 * 86_400_000)
      .nullable(),
    /** One device; null: the whole machine. */
    device: device.nullable().default(null),
    /** Ends what is being computed first. */
    finish: z.boolean().default(false),
  }),
  'policy.resume': z.object({ device: device.nullable().default(null) }),
  /** Of the whole machine; those of devices are set one by one. */
  'policy.limits': machineLimits,
  'policy.device': z.object({ device, limits: deviceLimits }),
  /** Probes everything again, runs the test graph on each provider and the benchmark; the outcome is in `machine.check`. */
  'machine.check': none,
  'machine.history': z.object({ device, minutes: z.number().int().min(1).max(1_440) }),
  /** Begins a test: the person is asked to let go of mouse and keyboard, then to use them. `machine.idleTest` says how it goes. */
  'machine.testIdle': none,
  /** Newest first. */
  'logs.page': z.object({
    before: z.number().int().nonnegative().nullable(),
    limit: z.number().int().min(1).max(500),
    level: z.enum(LOG_LEVELS).nullable(),
    text: z.string().max(200),
  }),
  'diagnostics.preview': none,
  /** What the person's means cost, in one currency of its own; null: not said, and not counted. */
  'policy.prices': z.object({ watts: price, perKwh: price, perMoot: price, perCoin: price }),
  'wallet.create': z.object({ passphrase: newPassphrase }),
  'wallet.restore': z.object({ words: z.string().max(1_000), passphrase: newPassphrase }),
  'wallet.unlock': z.object({ passphrase }),
  'wallet.lock': none,
  'wallet.words': z.object({ passphrase }),
  'wallet.confirmBackup': z.object({
    words: z.array(z.object({ position: z.number().int().min(1).max(24), word: z.string().max(20) })).length(3),
  }),
  'wallet.export': none,
  'models.optIn': z.object({ digest, on: z.boolean() }),
  'models.setMinFee': z.object({ digest, minFee: amount }),
  'models.add': z.object({ upload, name: z.string().min(1).max(60), description: z.string().max(500) }),
  /** A file or folder that was handed over, which stays to be added afterwards, or a model of this machine. */
  'models.inspect': z.union([
    z.strictObject({ upload }),
    z.strictObject({ files: folderFiles }),
    z.strictObject({ digest }),
  ]),
  /** A graph with its weights in files beside it, and a manifest.json of its own if it has one. */
  'models.addFolder': z.object({
    files: folderFiles,
    name: z.string().min(1).max(60),
    description: z.string().max(500),
  }),
  'models.remove': z.object({ digest }),
  /** Runs an exact model in several ways and compares the bytes; it may be allowed only when they are the same. */
  'models.selfTest': z.object({ digest }),
  'models.servers': none,
  'models.addServer': z.object({ url: serverUrl, kind: z.enum(['openai', 'cog']) }),
  'models.removeServer': z.object({ url: serverUrl }),
  'models.addFromServer': z.object({
    url: serverUrl,
    model: z.string().min(1).max(200),
    name: z.string().min(1).max(60),
  }),
  /** Looks once more whether this computer has a Docker engine; the outcome is in `containers`. */
  'containers.look': none,
  'containers.add': z.object({ image }),
  'containers.remove': z.object({ image }),
  /** Answers once the start began; how it goes is in `containers`. */
  'containers.start': z.object({ image }),
  'containers.stop': z.object({ image }),
  /** Starts the container if need be and makes a model of it. */
  'containers.addModel': z.object({ image, name: z.string().min(1).max(60) }),
  'models.register': z.object({ digest, modelFee: amount }),
  /** A model that somebody registered: its id on chain, or the digest or content id of its manifest. */
  'models.fetch': z.object({ model: digestOrCid }),
  'uploads.begin': z.object({
    bytes: z
      .number()
      .int()
      .min(1)
      .max(256 * 1024 * 1024),
  }),
  'uploads.append': z.object({ upload, base64: z.string().max(400_000) }),
  'tasks.quote': z.object({ model: digest, fee: amount, assurance }),
  'tasks.ask': z.object({ model: digest, fee: amount, assurance, input: taskInput }),
  'tasks.retract': z.object({ key: z.string().max(100) }),
  'tasks.page': page.extend({ role: z.enum(['asked', 'worked']) }),
  'tasks.get': z.object({ key: z.string().max(100) }),
  /** `fee` is that of one item. */
  'batches.quote': z.object({ model: digest, fee: amount, items: z.number().int().min(1).max(MAX_LINES) }),
  'batches.ask': z.object({ model: digest, fee: amount, inputs: linesInput }),
  /** Of a batch that was asked for here; everything else about it is a task's. */
  'batches.lines': z.object({ key: z.string().max(100) }),
  'earnings.page': page,
  /** Wallet to stake, or to what is ready to pay; two transactions the first time. */
  'stake.deposit': z.object({ amount: positive, to: z.enum(['stake', 'prepaid']) }),
  /** From what is ready to pay. */
  'stake.add': z.object({ amount: positive }),
  'stake.requestExit': z.object({ amount: positive }),
  'stake.cancelExit': none,
  'stake.finishExit': none,
  /** From what is ready to pay to the wallet. */
  'stake.withdraw': z.object({ amount: positive }),
  'stake.service': z.object({ service: z.enum(['duty', 'jury']), on: z.boolean() }),
  'disputes.page': page,
  'disputes.get': z.object({ id: disputeId }),
  /** Contests the solution of a task; needs free stake for the bond. */
  'disputes.contest': z.object({ task: digest }),
  /** By hand, instead of what re-execution says. */
  'disputes.vote': z.object({ id: disputeId, side: z.enum(['claimant', 'defendant']) }),
  /** Pays what is missing of the appeal's bond. */
  'disputes.appeal': z.object({ id: disputeId }),
  /** Salts and votes of this node's ballots, as text: enough to open them from another machine. */
  'disputes.secrets': none,
  /** Asks a connected peer to show a speed it claims, now; takes up to a minute. */
  'network.checkSpeed': z.object({ peer, model: digest, provider: z.enum(PROVIDERS) }),
  /** Whether claims of peers are checked now and then without being asked for. */
  'network.checkSpeeds': z.object({ on: z.boolean() }),
  'node.stop': none,
} as const satisfies Record<string, z.ZodType>;

/** What each call answers. JSON only: both hosts behave alike. */
export interface Outputs {
  'policy.pause': null;
  'policy.resume': null;
  'policy.prices': null;
  'policy.limits': null;
  'policy.device': null;
  'machine.check': null;
  'machine.history': History;
  'machine.testIdle': null;
  'logs.page': readonly LogLine[];
  'diagnostics.preview': Diagnostics;
  'wallet.create': { readonly address: string };
  'wallet.restore': { readonly address: string };
  'wallet.unlock': null;
  'wallet.lock': null;
  'wallet.words': { readonly words: readonly string[] };
  'wallet.confirmBackup': null;
  /** The encrypted vault file, as text; useless without the passphrase. */
  'wallet.export': { readonly name: string; readonly text: string };
  'models.optIn': null;
  'models.setMinFee': null;
  'models.add': { readonly digest: Digest };
  'models.inspect': ModelInspection;
  'models.addFolder': { readonly digest: Digest };
  'models.remove': null;
  'models.selfTest': DeterminismTest;
  'models.servers': readonly ServerView[];
  'models.addServer': ServerView;
  'models.removeServer': null;
  'models.addFromServer': { readonly digest: Digest };
  'containers.look': null;
  'containers.add': null;
  'containers.remove': null;
  'containers.start': null;
  'containers.stop': null;
  'containers.addModel': { readonly digest: Digest };
  'models.register': null;
  'models.fetch': { readonly digest: Digest; readonly name: string };
  'uploads.begin': { readonly upload: string };
  'uploads.append': { readonly received: number };
  'tasks.quote': Quote;
  'tasks.ask': { readonly key: string };
  'tasks.retract': null;
  'tasks.page': readonly TaskView[];
  'tasks.get': TaskView;
  'batches.quote': Quote;
  'batches.ask': { readonly key: string };
  'batches.lines': readonly LineView[];
  'earnings.page': readonly LedgerEntry[];
  'stake.deposit': null;
  'stake.add': null;
  'stake.requestExit': null;
  'stake.cancelExit': null;
  'stake.finishExit': null;
  'stake.withdraw': null;
  'stake.service': null;
  'disputes.page': readonly DisputeView[];
  'disputes.get': DisputeView;
  'disputes.contest': null;
  'disputes.vote': null;
  'disputes.appeal': null;
  'disputes.secrets': { readonly name: string; readonly text: string };
  'network.checkSpeed': ClaimView;
  'network.checkSpeeds': null;
  'node.stop': null;
}

export type CallName = keyof typeof inputs;
export type CallInput<K extends CallName> = z.input<(typeof inputs)[K]>;
export type CallParsed<K extends CallName> = z.output<(typeof inputs)[K]>;
export type CallOutput<K extends CallName> = Outputs[K];
