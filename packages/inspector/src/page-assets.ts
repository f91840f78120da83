import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file of the page, in memory. */
export interface PageAsset {
  readonly type: string;
  readonly body: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = Object.freeze({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
});

/** Everything comes from this server and nothing is inline. */
export const PAGE_HEADERS = Object.freeze({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
});

/** Seen from the source as well as from the bundle, which both lie one folder below the package. */
const BUILT_PAGE = '../dist/page/';

/** Reads the built page once; its files are served from memory, by name. Empty where it has not been built. */
export async function loadPageAssets(
  folder = fileURLToPath(new URL(BUILT_PAGE, import.meta.url)),
): Promise<ReadonlyMap<string, PageAsset>> {
  const names = await readdir(folder).catch(() => []);
  const assets = new Map<string, PageAsset>();
  for (const name of names) {
    const type = TYPES[path.extname(name)];
    if (type !== undefined) assets.set(name, { type, body: await readFile(path.join(folder, name)) });
  }
  return assets;
}

/** The page as it plays a recording: it must know before it asks anything. */
export function withPlayer(assets: ReadonlyMap<string, PageAsset>): ReadonlyMap<string, PageAsset> {
  const index = assets.get('index.html');
  if (index === undefined) return assets;
  const text = new TextDecoder().decode(index.body).replace('<body', '<body data-recording');
  return new Map([...assets, ['index.html', { ...index, body: new TextEncoder().encode(text) }]]);
}
