import { runTool } from './tool.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether the window in front fills the screen; null: nobody tells. X11 only. Under Wayland the X server knows only the
 * programs that use it (most games do): one of them that fills the screen is believed, and their silence is not.
 */
export async function fullScreen(env: Environment = process.env, run = runTool): Promise<boolean | null> {
  if (!env['DISPLAY'] || process.platform !== 'linux') return null;
  const seen = await onX(env, run);
  return seen === false && onWayland(env) ? null : seen;
}

async function onX(env: Environment, run: typeof runTool): Promise<boolean | null> {
  const root = await run('xprop', ['-root', '_NET_ACTIVE_WINDOW'], { env });
  const window = root.kind === 'said' ? activeWindow(root.text) : null;
  if (window === null) return null;
  if (window === '0x0') return false;
  const state = await run('xprop', ['-id', window, '_NET_WM_STATE'], { env });
  return state.kind === 'said' ? isFullScreen(state.text) : null;
}

function onWayland(env: Environment): boolean {
  return Boolean(env['WAYLAND_DISPLAY']) || env['XDG_SESSION_TYPE'] === 'wayland';
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
