/**
 * Entry of the node without Electron, and of its command line. Looks at Node's version before anything else is loaded:
 * the native parts crash an older Node without a word.
 */
const NEEDED = 24;
const major = Number.parseInt(process.versions.node, 10);

if (major < NEEDED) {
  process.stderr.write(
    `folkmoot: this is Node ${process.versions.node}, but Folkmoot needs Node ${NEEDED} or newer.\n` +
      '  What to do: run it as “npm run folkmoot -- <command>”, which brings its own Node, or install Node 24.\n',
  );
  process.exitCode = 1;
} else {
  const { main } = await import('./cli/main.ts');
  await main(import.meta.dirname);
}
