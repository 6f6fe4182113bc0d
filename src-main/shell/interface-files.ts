import { SECURITY_HEADERS, type StaticFiles } from '../rig/index.ts';

/** Answers requests of the own protocol from the built interface, with the headers that the rig sends. */
export function interfaceFiles(
  files: StaticFiles,
): (request: { readonly url: string; readonly method: string }) => Promise<Response> {
  const missing = (status: number): Response => new Response(null, { status, headers: { ...SECURITY_HEADERS } });
  return async ({ url, method }) => {
    if (method !== 'GET' && method !== 'HEAD') return missing(405);
    const file = files.get(new URL(url).pathname);
    if (file === undefined) return missing(404);
    try {
      const body = new Uint8Array(await file.read());
      return new Response(body, { headers: { ...SECURITY_HEADERS, 'Content-Type': file.type } });
    } catch {
      return missing(404);
    }
  };
}
