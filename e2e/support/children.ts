import { execFileSync } from 'node:child_process';

/** Processes whose parent is `pid`, with their command lines. POSIX only. */
export function childrenOf(pid: number): ReadonlyArray<{ readonly pid: number; readonly command: string }> {
  return processes().filter(({ parent }) => parent === pid);
}

/** All processes whose command line mentions `text`, such as a profile folder. */
export function processesWith(text: string): ReadonlyArray<{ readonly pid: number; readonly command: string }> {
  return processes().filter(({ command, pid }) => command.includes(text) && pid !== process.pid);
}

/** Signals a process that may have ended since it was listed. */
export function signalled(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function processes(): Array<{ pid: number; parent: number; command: string }> {
  return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, parent, command]) => ({ pid: Number(pid), parent: Number(parent), command: command ?? '' }));
}
