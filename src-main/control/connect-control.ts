import { connect, type Socket } from 'node:net';
import { createClient, type BridgeClient } from '../../src-shared/bridge/client.ts';
import type { Port } from '../../src-shared/bridge/port.ts';
import { readControlFile } from './control-file.ts';
import { ControlError } from './errors.ts';
import { welcome, type Hello, type Welcome } from './handshake.ts';
import { linePort } from './line-port.ts';

const CONNECT_MS = 5_000;

function none(profile: string): ControlError {
  return new ControlError('NO_NODE', `No node is running on ${profile}.`, {
    remedy: 'Start one with “folkmoot start”, or name its folder with --profile.',
  });
}

function dial(profile: string, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => reject(none(profile)));
  });
}

async function greet(
  profile: string,
  want: Hello['want'],
): Promise<{ port: Port; answer: Extract<Welcome, { ok: true }> }> {
  const control = readControlFile(profile);
  if (control === undefined) throw none(profile);
  const socket = await dial(profile, control.socket);
  const port = linePort(socket);
  const answer = await new Promise<Welcome>((resolve, reject) => {
    const refused = (why: string): void => {
      socket.destroy();
      reject(new ControlError('CONTROL_REFUSED', `The node on ${profile} did not let this program in: ${why}.`));
    };
    const timer = setTimeout(() => refused('no answer'), CONNECT_MS);
    let settled = false;
    port.onMessage((message) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      const parsed = welcome.safeParse(message);
      if (parsed.success) resolve(parsed.data);
      else refused('it speaks another version');
    });
    port.onClose(() => {
      clearTimeout(timer);
      if (!settled) refused('it closed the connection');
    });
    port.send({ token: control.token, want } satisfies Hello);
  });
  if (!answer.ok) {
    port.close();
    throw new ControlError(answer.code, answer.message);
  }
  return { port, answer };
}

/** A raw connection to the node on this profile, for whoever brings an own client. @throws ControlError. */
export async function controlPort(profile: string): Promise<Port> {
  return (await greet(profile, 'bridge')).port;
}

/**
 * The bridge of the node that runs on this profile, in whichever host.
 * @throws ControlError `NO_NODE`, `CONTROL_REFUSED`.
 */
export async function connectControl(profile: string): Promise<BridgeClient> {
  return createClient(await controlPort(profile));
}

/** A fresh one-time address of the node's interface. @throws ControlError `NO_NODE`, `CONTROL_REFUSED`, `NO_URL`. */
export async function requestUrl(profile: string): Promise<string> {
  const { port, answer } = await greet(profile, 'url');
  port.close();
  if (answer.url === undefined) throw new ControlError('NO_URL', 'This node serves no interface to browsers.');
  return answer.url;
}
