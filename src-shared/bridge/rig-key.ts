/** How the second secret of a browser session travels from the rig to its page and back; see src-main/rig/sessions.ts. */

/** In the address after the login: `/#key=…`. */
export const KEY_IN_HASH = 'key=';
/** Subprotocol that is agreed on; the key stands beside it as `key.…`, and is not repeated in the answer. */
export const PROTOCOL = 'folkmoot';
export const KEY_PROTOCOL = 'key.';
/** The socket is closed with this when cookie and key do not belong together. */
export const NO_KEY_CODE = 4401;
