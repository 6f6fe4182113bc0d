import { join } from 'node:path';
import type { Digest } from '../../src-shared/domain/ids.ts';

/**
 * Names inside the blob folder. Main and peer process both work in it and agree through the file system alone:
 * a file under its final name is complete, everything else is under `tmp` or `partial`.
 */
export class BlobLayout {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  folder(digest: Digest): string {
    return join(this.root, digest.slice(2, 4));
  }
  data(digest: Digest): string {
    return join(this.folder(digest), digest.slice(4));
  }
  manifest(digest: Digest): string {
    return `${this.data(digest)}.manifest`;
  }
  get tmp(): string {
    return join(this.root, 'tmp');
  }
  get partials(): string {
    return join(this.root, 'partial');
  }
  /** One folder per wanted blob; in it one pair of files per manifest that some peer vouched for. */
  partial(digest: Digest): string {
    return join(this.partials, digest.slice(2));
  }
  get pins(): string {
    return join(this.root, 'pins.json');
  }
}
