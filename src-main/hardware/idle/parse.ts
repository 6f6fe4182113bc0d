/** What programs say about how long nobody has used the computer, in seconds; null for anything else. */

/** `(uint64 12345,)` of gdbus: a plain number, whatever its unit. */
export function gdbusNumber(text: string): number | null {
  const value = /^\((?:uint(?:32|64) )?(\d{1,15}),\)\s*$/.exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

/** `12345` of xprintidle or xssstate: milliseconds. */
export function plainMilliseconds(text: string): number | null {
  const value = /^(\d{1,15})\s*$/.exec(text)?.[1];
  return value === undefined ? null : Number(value) / 1_000;
}

/** `loginctl show-session -p IdleHint -p IdleSinceHint`: microseconds since 1970. @param now ms */
export function logindIdle(text: string, now: number): number | null {
  const hint = /^IdleHint=(yes|no)$/m.exec(text)?.[1];
  const since = /^IdleSinceHint=(\d{1,18})$/m.exec(text)?.[1];
  if (hint === undefined) return null;
  if (hint === 'no') return 0;
  return since === undefined ? null : Math.max(0, now / 1_000 - Number(since) / 1_000_000);
}

/** `ioreg -c IOHIDSystem`: nanoseconds. */
export function hidIdle(text: string): number | null {
  const value = /"HIDIdleTime" = (\d{1,20})/.exec(text)?.[1];
  return value === undefined ? null : Number(value) / 1e9;
}

/** Sum of the interrupts of keyboard, mouse and touchpad, also of USB where nothing finer is named; null: none is. */
export function inputInterrupts(text: string): number | null {
  const count = (pattern: RegExp): number | null => {
    const lines = text.split('\n').filter((line) => pattern.test(line));
    if (lines.length === 0) return null;
    return lines.reduce((sum, line) => {
      const cells = line.trim().split(/\s+/).slice(1);
      const end = cells.findIndex((cell) => !/^\d+$/.test(cell));
      return cells.slice(0, end < 0 ? cells.length : end).reduce((all, cell) => all + Number(cell), sum);
    }, 0);
  };
  const fine = count(/i8042|elan|synaptics|i2c_designware|touchpad/i);
  const usb = count(/xhci_hcd|ehci_hcd|ohci_hcd|uhci_hcd/i);
  return fine === null && usb === null ? null : (fine ?? 0) + (usb ?? 0);
}
