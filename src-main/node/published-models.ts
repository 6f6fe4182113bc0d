import { readFile } from 'node:fs/promises';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Digest, ModelId } from '../../src-shared/domain/ids.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import { canonicalJson } from '../models/canonical.ts';
import type { LibraryModel, ModelLibrary } from '../models/library.ts';
import { manifestDigest, parseManifest } from '../models/manifest.ts';
import type { Blobs } from '../tasks/index.ts';

/** `MODEL_UNKNOWN`, `MODEL_FALSE` */
export class PublishedModelError extends FolkmootError {}

const MAX_MANIFEST_BYTES = 1024 * 1024;

/** Serves a model's manifest and file to peers; the chain will hold the manifest's digest. @throws LibraryError */
export async function publish(digest: Digest, library: ModelLibrary, blobs: Blobs): Promise<void> {
  const path = await library.pathOf(digest);
  const model = await library.get(digest);
  if (model === undefined) return;
  await blobs.keep(new TextEncoder().encode(canonicalJson(model.manifest)));
  await blobs.keep(await readFile(path));
}

/**
 * Brings a registered model to this machine, from its author's peer or whoever has it. The bytes are checked against
 * the chain's digest, the graph is inspected before it is kept.
 * @param named id on chain, or digest of the manifest; the call takes a content id as well and hands on its digest
 * @throws PublishedModelError; network, content, manifest and model errors with their own codes
 */
export async function fetchPublished(
  named: Digest,
  index: IndexRows,
  library: ModelLibrary,
  blobs: Blobs,
): Promise<LibraryModel> {
  const chain = index.model(named as string as ModelId) ?? index.modelByDigest(named);
  if (chain === undefined)
    throw new PublishedModelError(
      'MODEL_UNKNOWN',
      'No model with that id, digest or content id is registered on this network.',
    );
  const known = await library.get(chain.digest);
  if (known !== undefined) return known;
  const text = new TextDecoder().decode(await blobs.get(chain.digest, MAX_MANIFEST_BYTES, chain.registrar));
  const manifest = parseManifest(text);
  if (manifestDigest(manifest) !== chain.digest) {
    throw new PublishedModelError(
      'MODEL_FALSE',
      'The author registered a manifest that is not in canonical form; it cannot be used.',
    );
  }
  const bytes = await blobs.get(manifest.file.digest, manifest.file.bytes, chain.registrar);
  return library.addPublished(manifest, bytes);
}
