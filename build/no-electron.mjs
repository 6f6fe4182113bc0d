// The rig must not need Electron: follows the static and dynamic imports of built entries.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const STATIC = /(?:^|[;\n}])\s*(?:import|export)\s*(?:[^'"`;()]*?\bfrom\s*)?["']([^"']+)["']/g;
const DYNAMIC = /\bimport\(\s*["'`]([^"'`$]+)["'`]\s*\)/g;

/**
 * @param {string[]} entries built files
 * @returns {{files: string[], packages: Map<string, string>}} every built file they reach, and every package with one file that wants it.
 */
export function reached(entries) {
  const files = new Set();
  const packages = new Map();
  const visit = (file) => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, wanted] of [...text.matchAll(STATIC), ...text.matchAll(DYNAMIC)]) {
      const inside = wanted.startsWith('.') ? join(dirname(file), wanted) : undefined;
      // Comments of bundled packages mention files that exist only there.
      if (inside === undefined) packages.set(wanted, file);
      else if (existsSync(inside)) visit(inside);
    }
  };
  for (const entry of entries) visit(entry);
  return { files: [...files], packages };
}
