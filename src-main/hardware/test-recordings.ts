import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** For tests only: what a program printed; recordings/README.md says where it is from. */
export function recording(name: string): string {
  return readFileSync(join(import.meta.dirname, 'recordings', name), 'utf8');
}

/** For tests only: a tree of the kernel's files below `root`; `-> x` makes a link. */
export function kernelTree(root: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text.startsWith('-> ')) {
      mkdirSync(join(root, text.slice(3)), { recursive: true });
      symlinkSync(join(root, text.slice(3)), path);
    } else writeFileSync(path, `${text}\n`);
  }
  return root;
}
