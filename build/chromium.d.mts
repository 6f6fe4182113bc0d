/** Path of a Chromium that is already here. */
export function findChromium(): string | undefined;
/** Path of a Chromium, installed first where this can be done without asking. */
export function chromium(): Promise<string | undefined>;
