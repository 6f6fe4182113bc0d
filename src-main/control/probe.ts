import { connect } from 'node:net';

const PROBE_MS = 2_000;

/** Does anybody listen on this socket? A frozen process still does: it keeps its profile. */
export function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    const done = (yes: boolean) => (): void => {
      probe.destroy();
      resolve(yes);
    };
    probe.once('connect', done(true));
    probe.once('error', done(false));
    probe.setTimeout(PROBE_MS, done(true));
  });
}

/** A process id may be somebody else's by now: alone it proves nothing. */
export function isAlive(pid: number): boolean {
  // 0 would mean our own group.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
