interface ParentPort {
  on(event: 'close', listener: () => void): void;
}

const SAME_SIGNAL_MS = 1_000;

/** Somebody wants this process to end: a signal, a front end, or a parent that is gone. The second Ctrl-C does not wait. */
export function stopWanted(stopRequested: Promise<void>): { readonly promise: Promise<void>; dispose(): void } {
  let wanted = (): void => undefined;
  const promise = new Promise<void>((resolve) => (wanted = resolve));
  let first: number | undefined;
  const onSignal = (): void => {
    // One Ctrl-C arrives several times: from the terminal, from npm, from the script that started us.
    if (first !== undefined && performance.now() - first > SAME_SIGNAL_MS) process.exit(130);
    first ??= performance.now();
    wanted();
  };
  const onDisconnect = (): void => wanted();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  // A peer of the sandbox is a child of the node that started it, and ends with it.
  if (process.send !== undefined) process.once('disconnect', onDisconnect);
  (process as unknown as { parentPort?: ParentPort }).parentPort?.on('close', onDisconnect);
  void stopRequested.then(wanted);
  return {
    promise,
    dispose: () => {
      for (const signal of signals) process.off(signal, onSignal);
      process.off('disconnect', onDisconnect);
      if (process.connected) process.disconnect();
    },
  };
}
