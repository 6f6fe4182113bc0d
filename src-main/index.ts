import { app } from 'electron';

/**
 * Electron's entry. Everything that must happen before `ready` happens in the synchronous part of `runShell`; waiting
 * for `ready` at the top level would wait for ever.
 */
const major = Number.parseInt(process.versions.node, 10);
if (major < 24) {
  process.stderr.write(`Folkmoot needs an Electron with Node 24 or newer; this one has ${process.versions.node}.\n`);
  app.exit(1);
} else {
  const { runShell } = await import('./shell/run-shell.ts');
  void runShell(import.meta.dirname);
}
