import { runTool } from './tool.ts';

const NAME = 'org.freedesktop.NetworkManager';

/** Whether the connection is paid by volume, as NetworkManager knows or guesses it; null: nobody says. */
export async function meteredNetwork(): Promise<boolean | null> {
  if (process.platform !== 'linux') return null;
  const said = await runTool('busctl', ['get-property', NAME, '/org/freedesktop/NetworkManager', NAME, 'Metered']);
  return said.kind === 'said' ? parseMetered(said.text) : null;
}

/** `u 4`: 1 yes, 2 no, 3 guess yes, 4 guess no, 0 unknown. */
export function parseMetered(text: string): boolean | null {
  const value = /^u ([0-4])\s*$/.exec(text)?.[1];
  if (value === undefined || value === '0') return null;
  return value === '1' || value === '3';
}
