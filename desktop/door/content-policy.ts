/** The headers every page and file of the renderer is sent with: nothing from elsewhere runs, loads or frames it. */

/**
 * Content Security Policy Level 3. `nonce` is for the few styles the dialog primitives write themselves; scripts have
 * none, so only files of our own run. `runsWasm`: may compile WebAssembly of our own, and still evaluates no text.
 */
function contentPolicy(nonce: string, runsWasm = false): string {
  return [
    "default-src 'none'",
    `script-src 'self'${runsWasm ? " 'wasm-unsafe-eval'" : ''}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The Worker that reads SQLite with WebAssembly; a Worker follows the policy it came with, and the page keeps the stricter one. */
const wasmWorker = '/copy-worker.js';

/** `path` of what is asked for. */
export function pageHeaders(nonce: string, path: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentPolicy(nonce, path === wasmWorker),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
