import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ComputeError } from '../job.ts';

/** This machine and the networks that are nobody's on the internet (RFC 1918, 4193, link-local). */
const LOCAL = new BlockList();
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  LOCAL.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  LOCAL.addSubnet(network, bits, 'ipv6');
/** Where clouds hand out credentials to whoever asks from inside. */
const NEVER = new BlockList();
NEVER.addAddress('169.254.169.254', 'ipv4');
NEVER.addAddress('fd00:ec2::254', 'ipv6');

export function isLocal(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isLocal(mapped);
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  return LOCAL.check(address, kind) && !NEVER.check(address, kind);
}

/**
 * Address of a server as a person writes it, in one form: no credentials, query or fragment, no slash at the end.
 * @throws ComputeError `SERVER_ADDRESS`
 */
export function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const refuse = (why: string): never => {
    throw new ComputeError('SERVER_ADDRESS', `${text.slice(0, 100)} cannot be used: ${why}.`, {
      remedy: 'Give the address of a server on this computer or in its own network, such as http://127.0.0.1:11434.',
    });
  };
  if (url === undefined || !/^https?:$/.test(url.protocol)) return refuse('it is not an http address');
  if (url.username !== '' || url.password !== '') return refuse('it holds a name or password');
  if (url.search !== '' || url.hash !== '') return refuse('it holds more than a path');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isLocal(host)) return refuse('it is not on this computer or in its own network');
  return url.href.replace(/\/+$/, '');
}

/**
 * Looks a name up and gives only local addresses. It is what the connection itself uses, so a name that means one
 * thing when it is checked and another when it is used gains nothing.
 */
export const localLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, '', 0);
    const local = (found as LookupAddress[]).filter(({ address }) => isLocal(address));
    const [first] = local;
    if (first === undefined || local.length < found.length) {
      const refused = new ComputeError('SERVER_ADDRESS', `${hostname} is not on this computer or in its own network.`);
      return callback(refused as NodeJS.ErrnoException, '', 0);
    }
    if (options.all === true) (callback as unknown as (error: null, all: LookupAddress[]) => void)(null, local);
    else callback(null, first.address, first.family);
  });
};
