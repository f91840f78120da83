import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['DIEMNET_CHROMIUM'] ?? '/usr/bin/chromium';
const there = existsSync(CHROMIUM);

/** `describe` for what needs a browser; skipped, and says so, where there is none. */
export const describeInBrowser = there ? describe : describe.skip;
if (!there) console.warn(`skipped: tests of the page need Chromium, and there is none at ${CHROMIUM}`);

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** A browser, the page freshly built into a folder, and all that was amiss. */
export class TestBrowser {
  readonly pageFolder = mkdtempSync(path.join(os.tmpdir(), 'diemnet-page-'));
  readonly complaints: string[] = [];
  /** Requests to anybody but the server of the page. */
  readonly foreign: string[] = [];
  #browser: Browser | undefined;

  async start(): Promise<void> {
    const script = path.resolve(__dirname, '../../page/build.mjs');
    expect(spawnSync(process.execPath, [script, this.pageFolder]).status).toBe(0);
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    rmSync(this.pageFolder, { recursive: true, force: true });
  }

  /** Opens a page without looking at what it complains about. */
  newPage(): Promise<Page> {
    return (this.#browser as Browser).newPage();
  }

  /** Opens the page of a server that wants a token, answers its question, and waits until it shows something. */
  async signIn(url: string, token: string): Promise<void> {
    const page = await this.newPage();
    await page.goto(url);
    await page.waitForSelector('#token-dialog[open]');
    await page.fill('#token', token);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#topology .dot');
    await page.close();
  }

  /** Opens the page of a server, and waits until it shows something. */
  async open(url: string, width = 1600, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await (this.#browser as Browser).newPage({
      viewport: { width, height: 900 },
      colorScheme,
    });
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) this.foreign.push(request.url());
    });
    await page.goto(url);
    await page.waitForSelector('#topology .dot');
    return page;
  }
}
