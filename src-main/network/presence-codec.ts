import { decode, encode } from '@ipld/dag-cbor';
import type { PrivateKey } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import { z } from 'zod';
import type { Address, ModelId, PeerId } from '../../src-shared/domain/ids.ts';
import { PeerFault } from './errors.ts';
import { strictDecode } from './frames.ts';
import { WIRE } from './limits.ts';
import { MAX_BINDING_MS, type Presence } from './presence.ts';
import { scoresShape } from './proof-protocol.ts';

/** Keeps a signature made here from meaning anything elsewhere. */
const DOMAIN = Buffer.from('folkmoot-presence-v1\0');

const time = z.number().int().min(0).max(8_640_000_000_000_000);
const hex = (digits: number): RegExp => new RegExp(`^0x[0-9a-f]{${digits}}$`);

export const bindingShape = z
  .strictObject({
    address: z
      .string()
      .regex(hex(40))
      .transform((text) => text as Address),
    issued: time,
    expires: time,
    signature: z.string().regex(hex(130)),
  })
  .refine(({ issued, expires }) => expires > issued && expires - issued <= MAX_BINDING_MS);

export const rolesShape = z.array(z.string().regex(/^[a-z][a-z0-9-]{0,23}$/)).max(16);
export const modelsShape = z
  .array(
    z
      .string()
      .regex(hex(64))
      .transform((text) => text as ModelId),
  )
  .max(64);

const presenceShape = z.strictObject({
  network: z.string().max(32),
  peerId: z
    .string()
    .max(64)
    .transform((text) => text as PeerId),
  addrs: z.array(z.string().max(256)).max(8),
  roles: rolesShape,
  models: modelsShape,
  scores: scoresShape.optional(),
  time,
  seq: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  binding: bindingShape,
});

const signedShape = z.strictObject({
  body: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= WIRE.presence),
  signature: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 64),
});

/** A presence and the bytes that were signed: passed on as they came. */
export interface SignedPresence {
  readonly presence: Presence;
  readonly wire: Uint8Array;
}

export async function signPresence(presence: Presence, key: PrivateKey): Promise<SignedPresence> {
  const body = encode(presence);
  const signature = await key.sign(Buffer.concat([DOMAIN, body]));
  return { presence, wire: encode({ body, signature }) };
}

/**
 * Reads what a stranger says, and checks that the named peer signed it for this network. Whether it is fresh, and
 * whether the account signed the binding, is decided elsewhere.
 * @throws PeerFault `garbage` for anything malformed, `lie` for a signature that is not the peer's.
 */
export async function openPresence(wire: Uint8Array, network: string): Promise<SignedPresence> {
  if (wire.length > WIRE.presence) throw new PeerFault('garbage', 'a presence that is too long');
  const signed = signedShape.safeParse(strictDecode(wire));
  if (!signed.success) throw new PeerFault('garbage', 'not a signed presence');
  const { body, signature } = signed.data;
  const parsed = presenceShape.safeParse(strictDecode(body));
  if (!parsed.success) throw new PeerFault('garbage', 'a presence of the wrong shape');
  const presence: Presence = parsed.data;
  if (presence.network !== network) throw new PeerFault('garbage', 'a presence of another network');
  const key = publicKeyOf(presence.peerId);
  if (!(await key.verify(Buffer.concat([DOMAIN, body]), signature))) {
    throw new PeerFault('lie', 'a presence that its peer did not sign');
  }
  return { presence, wire };
}

function publicKeyOf(peerId: PeerId): { verify(data: Uint8Array, signature: Uint8Array): boolean | Promise<boolean> } {
  try {
    const parsed = peerIdFromString(peerId);
    // Ed25519 only: the key is in the id, and verifying is cheap.
    if (parsed.type === 'Ed25519' && parsed.toString() === peerId) return parsed.publicKey;
  } catch {
    // Named below.
  }
  throw new PeerFault('garbage', 'not an Ed25519 peer id');
}

/** For tests: reads the body without checking anything. */
export function peekBody(wire: Uint8Array): unknown {
  return decode((decode(wire) as { body: Uint8Array }).body);
}
