import type { Page } from 'playwright-core';
import { startAdminServer, type AdminServer } from '../../src/index.js';
import { TestBrowser, describeInBrowser } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { DIRECT, TestNetwork } from '../support/network.js';

describeInBrowser('the page', () => {
  let network: TestNetwork;
  const browser = new TestBrowser();
  let server: AdminServer;
  let traffic: ReturnType<typeof setInterval>;

  beforeAll(() => browser.start(), 60_000);

  // Each test has a network of its own, as some do harm to it.
  beforeEach(async () => {
    network = new TestNetwork();
    await network.start(4);
    await network.startStranger();
    const sources = network.nodes.map(({ inspector }) => inspector);
    server = await startAdminServer({ sources, pageFolder: browser.pageFolder });
    traffic = setInterval(() => {
      for (const { network: one } of network.nodes) {
        for (const { remotePeerId } of one.peerManager.connections()) {
          one.peerManager.sendDirectSend(remotePeerId, DIRECT, new Uint8Array(100));
        }
      }
    }, 50);
  }, 60_000);

  afterEach(async () => {
    clearInterval(traffic);
    await server?.stop();
    await network.stop();
  }, 30_000);

  afterAll(() => browser.stop(), 30_000);

  function open(width?: number, colorScheme?: 'light' | 'dark'): Promise<Page> {
    return browser.open(server.url, width, colorScheme);
  }

  it('shows every node and every connection once, from the dialer to the listener', async () => {
    const page = await open();
    await eventually(async () => (await page.locator('#topology .edge').count()) === 6);
    const labels = await page
      .locator('#topology .dot')
      .evaluateAll((dots) => dots.map((dot) => dot.getAttribute('data-label')).sort());
    expect(labels).toEqual(['stranger', 'validator-0', 'validator-1', 'validator-2', 'validator-3']);
    const shown = await page
      .locator('#topology .edge')
      .evaluateAll((edges) => edges.map((edge) => edge.getAttribute('data-id')).sort());
    const names = new Map(network.nodes.map(({ peerId, name }) => [peerId as string, name]));
    const dialed = network.nodes.flatMap(({ name, inspector }) =>
      (inspector.snapshot().networks[0]?.peers ?? [])
        .filter(({ origin }) => origin === 'outbound')
        .map(({ peerId }) => `Validator ${name} ${names.get(peerId)}`),
    );
    expect(shown).toEqual(dialed.sort());
    expect(await page.locator('#connection-table tbody tr').count()).toBe(6);
    expect(await page.locator('#totals').innerText()).toMatch(/5\s*nodes[\s\S]*6\s*connections/);
    await page.close();
  }, 30_000);

  it('draws a chart per connection, of the chosen measure', async () => {
    const page = await open();
    await eventually(async () => (await page.locator('.tile canvas').count()) === 6);
    await eventually(async () => Number(await page.locator('.tile output').first().innerText()) > 0);
    await page.locator('#chart-metric input[value=rtt]').check({ force: true });
    await eventually(async () => (await page.locator('.tile output').first().innerText()).endsWith(' ms'));
    await page.close();
  }, 30_000);

  it('narrows everything to a node, with the keyboard too', async () => {
    const page = await open();
    await page.selectOption('#filter-node', 'validator-1');
    await eventually(async () => (await page.locator('#connection-table tbody tr').count()) === 3);
    expect(await page.locator('.tile').count()).toBe(3);
    const events = await page.locator('#event-list li .what').allInnerTexts();
    expect(events.every((text) => text.includes('validator-1'))).toBe(true);
    await page.locator('#topology [data-label=validator-1]').focus();
    await page.keyboard.press('Enter');
    await eventually(async () => (await page.locator('#connection-table tbody tr').count()) === 6);
    expect(await page.evaluate('document.activeElement.getAttribute("data-label")')).toBe('validator-1');
    await page.close();
  }, 30_000);

  it('shows handshakes with failures by stage, and filters events', async () => {
    const page = await open();
    await page.waitForSelector('#waterfall .failure');
    expect(await page.locator('#stage-failures').innerText()).toMatch(/noise \d+ ERR_NOISE_/);
    await page.locator('#handshake-failed').check();
    await eventually(async () => (await page.locator('#waterfall li:not(.failure)').count()) === 0);
    for (const kind of ['dial', 'upgrade', 'replaced', 'node-up', 'node-down', 'disconnected']) {
      await page.locator(`#event-kinds input[value=${kind}]`).uncheck({ force: true });
    }
    const kinds = await page.locator('#event-list .kind').allInnerTexts();
    expect(new Set(kinds)).toEqual(new Set(['connected']));
    await page.fill('#event-search', 'no such thing');
    await page.waitForSelector('#event-list .empty');
    await page.close();
  }, 30_000);

  it('explains why a peer is not connected', async () => {
    const page = await open();
    await page.selectOption('#explain-node', 'stranger');
    await page.fill('#explain-peer', 'validator-0');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#explain-result .card');
    expect(await page.locator('#explain-result .card').innerText()).toContain('our key is not trusted there');
    await page.close();
  }, 30_000);

  it.each([
    [400, 'light'],
    [400, 'dark'],
    [1600, 'dark'],
  ] as const)(
    'fits into %i pixels, %s',
    async (width, scheme) => {
      const page = await open(width, scheme);
      await page.waitForSelector('.tile canvas');
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).toBe(scheme === 'dark' ? 'rgb(13, 18, 25)' : 'rgb(244, 246, 249)');
      await page.close();
    },
    30_000,
  );

  it('asks for the token, and takes it from the address', async () => {
    const [first] = network.nodes;
    const guarded = await startAdminServer({
      sources: first ? [first.inspector] : [],
      token: 'secret',
      pageFolder: browser.pageFolder,
    });
    try {
      await browser.signIn(guarded.url, 'secret');
      const other = await browser.newPage();
      await other.goto(`${guarded.url}/#token=secret`);
      await other.waitForSelector('#topology .dot');
      expect(other.url()).not.toContain('secret');
      await other.close();
    } finally {
      await guarded.stop();
    }
  }, 30_000);

  it('shows within a moment that a validator is gone', async () => {
    const page = await open();
    await eventually(async () => (await page.locator('#topology .edge').count()) === 6);
    await network.nodes[3]?.network.stop({ graceMs: 0 });
    await eventually(async () => (await page.locator('#topology .edge').count()) === 3);
    expect(await page.locator('#topology .dot.down').getAttribute('data-label')).toBe('validator-3');
    await page.close();
  }, 30_000);

  it('has caused no complaint in the console and no request to anybody else', () => {
    expect([browser.complaints, browser.foreign]).toEqual([[], []]);
  });
});
