import { runTool } from './tool.ts';

/** Whether the window in front fills the screen. X11 only; elsewhere nobody would tell us: null. */
export async function fullScreen(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean | null> {
  if (!env['DISPLAY'] || process.platform !== 'linux') return null;
  const root = await runTool('xprop', ['-root', '_NET_ACTIVE_WINDOW'], { env });
  const window = root.kind === 'said' ? activeWindow(root.text) : null;
  if (window === null) return null;
  if (window === '0x0') return false;
  const state = await runTool('xprop', ['-id', window, '_NET_WM_STATE'], { env });
  return state.kind === 'said' ? isFullScreen(state.text) : null;
}

/** `_NET_ACTIVE_WINDOW(WINDOW): window id # 0x2a00007` */
export function activeWindow(text: string): string | null {
  return /^_NET_ACTIVE_WINDOW\(WINDOW\): window id # (0x[0-9a-f]{1,16})/.exec(text)?.[1] ?? null;
}

/** `_NET_WM_STATE(ATOM) = _NET_WM_STATE_FULLSCREEN, …`; a window without a state has none of it. */
export function isFullScreen(text: string): boolean | null {
  if (!text.startsWith('_NET_WM_STATE')) return null;
  return /\b_NET_WM_STATE_FULLSCREEN\b/.test(text);
}
