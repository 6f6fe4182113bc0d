import { IMAGE_PINNED } from '../../models/runtimes.ts';
import { ComputeError } from '../job.ts';

/** A reference that was checked: it begins with a letter or a digit, so Docker cannot take it for an option. */
export type ImageRef = string & { readonly imageRef: unique symbol };

/** @throws ComputeError `CONTAINER_IMAGE` */
export function imageRef(text: string): ImageRef {
  const trimmed = text.trim();
  if (isImageRef(trimmed)) return trimmed;
  throw new ComputeError(
    'CONTAINER_IMAGE',
    `${trimmed.slice(0, 100) || 'Nothing'} is not the reference of one image: it must be pinned by its digest, as name@sha256: and 64 hexadecimal digits.`,
    { remedy: 'A tag may mean another image tomorrow. “docker images --digests” shows the digests of those you have.' },
  );
}

export function isImageRef(text: string): text is ImageRef {
  return IMAGE_PINNED.test(text);
}
