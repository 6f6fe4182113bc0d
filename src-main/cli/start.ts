import { resolve } from 'node:path';
import { PERSONAS, type NodeConfig, type Persona } from '../config.ts';
import { ensureProfile, hostNode, logFile } from '../control/index.ts';
import { parentChannel } from '../process/channel.ts';
import { lastWords } from '../diagnostics/last-words.ts';
import { forkSpawner } from '../process/spawner.ts';
import { RigHost } from '../rig/index.ts';
import { brokeredSpawner } from './brokered-spawner.ts';
import type { Command, Context } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { FolkmootError, toErrorView } from '../../src-shared/domain/errors.ts';
import { PASSPHRASE_FILE, readPassphraseFile } from './passphrase.ts';
import { announceStages } from './stages.ts';
import { stopWanted } from './stop-wanted.ts';

export const start: Command = {
  name: 'start',
  summary: 'Run a node here, with its interface for a browser on this computer.',
  options: {
    port: {
      type: 'string',
      value: 'N',
      about: 'port of the interface on 127.0.0.1, from 1024 to 65535 (else the system chooses one)',
    },
    rig: { type: 'boolean', about: 'serve the interface (the default); --no-rig serves none, only this command line' },
    network: {
      type: 'string',
      value: 'sandbox|FILE',
      about: 'sandbox (the default: a chain of its own, worth nothing), or a network file',
    },
    peers: { type: 'boolean', about: 'sandbox: start three local peers (the default); --no-peers starts none' },
    'passphrase-file': {
      ...PASSPHRASE_FILE['passphrase-file'],
      about: 'open the wallet with the passphrase in this file (one line, readable by you only); none yet: one is made',
    },
    persona: {
      type: 'string',
      value: PERSONAS.join('|'),
      about: 'sandbox peers only: what this node does of its own accord',
    },
    verbose: { type: 'boolean', about: 'show the log here too (it is always in node.log in the profile)' },
  },
  details: `
Ctrl-C, or “folkmoot stop” from elsewhere, stops it. The wallet is opened with --passphrase-file (which also makes
one, if there is none), with “folkmoot wallet unlock”, or in the interface.`,
  run: startNode,
};

async function startNode(context: Context): Promise<void> {
  const { installation, profile, terminal } = context;
  const port = parsePort(context.text('port'));
  ensureProfile(profile);
  const log = logFile(profile, context.flag('verbose') === true ? (line) => terminal.err(line) : undefined);
  lastWords(log);
  const config = await nodeConfig(context, log);
  let rig: RigHost | undefined;
  const hosted = await hostNode({ config, create: await installation.create(), url: () => rig?.freshUrl() });
  const wanted = stopWanted(hosted.node.stopRequested);
  let quiet: Array<() => void> = [];
  let clean = false;
  let failure: { readonly error: unknown } | undefined;
  try {
    if (context.flag('rig') !== false) {
      rig = new RigHost({ bridge: hosted.node.bridge, renderer: installation.renderer, port, log });
      await rig.start();
    }
    announce(context, rig);
    quiet = [announceStages(hosted.node.bridge, context)];
    if (rig !== undefined) quiet.push(terminal.onEnter(() => terminal.out(rig?.freshUrl() ?? '')));
    await Promise.race([wanted.promise, started(context, hosted.start(), (error) => (failure = { error }))]);
    if (!context.json) terminal.err('Stopping …');
  } finally {
    for (const end of quiet) end();
    await rig?.stop();
    clean = await hosted.stop();
    wanted.dispose();
  }
  if (!clean)
    throw new FolkmootError('STOPPED_HARD', 'The node did not stop in time and was left behind.', {
      remedy: `The reason is in ${profile}/node.log.`,
    });
  if (failure !== undefined) throw failure.error;
  context.print({ event: 'stopped' }, 'The node has stopped.');
}

/**
 * A node that started runs on. One whose start failed stays reachable, so that the interface and “folkmoot status” can
 * show the stage that failed; a peer of the sandbox has nobody to show it to, and ends.
 */
async function started(context: Context, starting: Promise<void>, failed: (error: unknown) => void): Promise<never> {
  try {
    await starting;
  } catch (error) {
    failed(error);
    if (context.text('persona') !== undefined) throw error;
    const { message } = toErrorView(error);
    if (!context.json)
      context.terminal.err(
        `The node did not start: ${message}\nIt stays reachable, so that you can see why. Ctrl-C ends it.`,
      );
  }
  return new Promise<never>(() => undefined);
}

async function nodeConfig(context: Context, log: (line: string) => void): Promise<NodeConfig> {
  const { installation, profile } = context;
  const network = context.text('network') ?? 'sandbox';
  const persona = context.text('persona');
  if (persona !== undefined && !PERSONAS.includes(persona as Persona))
    throw new UsageError(`There is no persona “${persona}”.`, `Use one of: ${PERSONAS.join(', ')}.`);
  const passphraseFile = context.text('passphrase-file') ?? process.env['FOLKMOOT_PASSPHRASE_FILE'];
  // Said now, with a remedy, rather than when the wallet is wanted.
  if (passphraseFile !== undefined) await readPassphraseFile(passphraseFile);
  return {
    profile,
    host: 'rig',
    network: network === 'sandbox' ? network : { file: resolve(network) },
    peers: context.flag('peers') !== false,
    resources: installation.resources,
    // As a utility process of Electron there is no fork; the desktop app makes our children.
    spawner:
      'parentPort' in process && process.parentPort !== undefined
        ? brokeredSpawner(parentChannel())
        : forkSpawner(installation.entries),
    log,
    ...(passphraseFile !== undefined && { passphraseFile: resolve(passphraseFile) }),
    ...(persona !== undefined && { persona: persona as Persona }),
  };
}

function announce(context: Context, rig: RigHost | undefined): void {
  const url = rig?.freshUrl() ?? null;
  const where = `The node of ${context.profile} is starting.`;
  const address =
    url === null
      ? 'It serves no interface; the command line reaches it.'
      : `Open this address in a browser on this computer. It works once, within ten minutes:\n\n  ${url}\n\nEnter prints a fresh one, Ctrl-C stops the node.`;
  context.print({ event: 'listening', url, profile: context.profile, pid: process.pid }, `${where}\n${address}`);
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port === 0 || (port >= 1_024 && port <= 65_535)))
    throw new UsageError(
      `“${text}” is not a port for this.`,
      'Use a number from 1024 to 65535, or 0 for any that is free.',
    );
  return port;
}
