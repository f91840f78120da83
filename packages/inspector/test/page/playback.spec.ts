import type { Page } from 'playwright-core';
import { checkRecording, startAdminServer, type AdminServer } from '../../src/index.js';
import { TestBrowser, describeInBrowser } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { peerIdOf, recordMinute } from '../support/recorded-network.js';

describeInBrowser('the page with a recording', () => {
  const browser = new TestBrowser();
  let server: AdminServer;

  beforeAll(async () => {
    await browser.start();
    const recording = checkRecording(new TextEncoder().encode(recordMinute()));
    server = await startAdminServer({ recording, pageFolder: browser.pageFolder });
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    await browser.stop();
  }, 30_000);

  const edges = (page: Page) => page.locator('#topology .edge').count();
  const time = async (page: Page) => (await page.locator('#player-time').innerText()).split(' ')[0];
  const seek = (page: Page, ms: number) =>
    page.evaluate(`{
      const input = document.getElementById('seek');
      input.value = ${ms};
      input.dispatchEvent(new Event('input'));
    }`);

  it('shows any moment with the views of a live network, forward and back', async () => {
    const page = await browser.open(server.url);
    expect(await edges(page)).toBe(0);
    await seek(page, 15_000);
    expect(await edges(page)).toBe(3);
    expect(await page.locator('#connection-table tbody tr').count()).toBe(3);
    expect(await page.locator('.tile canvas').count()).toBe(3);
    expect(await page.locator('.tile output').first().innerText()).toBe('20');
    expect(await page.locator('#event-list li').count()).toBe(9);
    await seek(page, 30_000);
    expect([await edges(page), await page.locator('#topology .gap').count()]).toEqual([1, 2]);
    expect(await page.locator('#player-note').innerText()).toBe('0:20.0 node-2 is cut off');
    expect(await page.locator('#event-list li').first().innerText()).toMatch(/0:20\.0.*unhealthy/s);
    await seek(page, 55_000);
    expect(await page.locator('#topology .dot.down').getAttribute('data-label')).toBe('node-2');
    await seek(page, 15_000);
    expect(await edges(page)).toBe(3);
    expect(await page.locator('#event-list li').count()).toBe(9);
    expect(await page.locator('#topology .dot.down').count()).toBe(0);
    await page.close();
  }, 30_000);

  it('explains a peer as it was at that moment', async () => {
    const page = await browser.open(server.url);
    await seek(page, 30_000);
    await page.selectOption('#explain-node', 'node-0');
    await page.fill('#explain-peer', peerIdOf(2));
    await page.keyboard.press('Enter');
    await page.waitForSelector('#explain-result .card');
    expect(await page.locator('#explain-result .summary').innerText()).toMatch(
      /^Not connected.*\(told at 0:20/,
    );
    await page.fill('#explain-peer', peerIdOf(9));
    await page.keyboard.press('Enter');
    await page.waitForSelector('#explain-result .bad');
    await page.close();
  }, 30_000);

  it('plays at the chosen speed, pauses, and starts again after the end', async () => {
    const page = await browser.open(server.url);
    await page.selectOption('#speed', '60');
    await page.click('#play');
    expect(await page.locator('#play').innerText()).toBe('Pause');
    await eventually(async () => (await time(page)) === '1:00.0');
    expect(await page.locator('#play').innerText()).toBe('Play');
    await page.selectOption('#speed', '0.5');
    await page.click('#play');
    await eventually(async () => (await time(page)) !== '0:00.0' && (await time(page)) !== '1:00.0');
    await page.click('#play');
    const paused = await time(page);
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await time(page)).toBe(paused);
    await page.close();
  }, 30_000);

  it('is played with the keyboard, which fields and buttons keep for themselves', async () => {
    const page = await browser.open(server.url);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    expect(await time(page)).toBe('0:05.0');
    await page.keyboard.press('.');
    await page.keyboard.press('.');
    expect(await time(page)).toBe('0:40.0');
    await page.keyboard.press(',');
    expect(await time(page)).toBe('0:20.0');
    await page.keyboard.press('+');
    expect(await page.locator('#speed').inputValue()).toBe('2');
    await page.keyboard.press('Space');
    expect(await page.locator('#play').innerText()).toBe('Pause');
    await page.keyboard.press('Space');
    await page.locator('#event-search').focus();
    await page.keyboard.type('. ,+');
    expect(await page.locator('#event-search').inputValue()).toBe('. ,+');
    expect(await page.locator('#play').innerText()).toBe('Play');
    await page.close();
  }, 30_000);

  it.each([
    [400, 'light'],
    [1600, 'dark'],
  ] as const)(
    'fits into %i pixels, %s, and covers nothing at the end of the page',
    async (width, scheme) => {
      const page = await browser.open(server.url, width, scheme);
      await seek(page, 30_000);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      const free = await page.evaluate(`(() => {
        scrollTo(0, document.body.scrollHeight);
        const bottom = (id) => document.getElementById(id).getBoundingClientRect();
        return bottom('player').top - bottom('explain').bottom;
      })()`);
      expect(free).toBeGreaterThanOrEqual(0);
      await page.close();
    },
    30_000,
  );

  it('asks for the token', async () => {
    const recording = checkRecording(new TextEncoder().encode(recordMinute()));
    const guarded = await startAdminServer({ recording, token: 'secret', pageFolder: browser.pageFolder });
    try {
      await browser.signIn(guarded.url, 'secret');
    } finally {
      await guarded.stop();
    }
  }, 30_000);

  it('has caused no complaint in the console and no request to anybody else', () => {
    expect([browser.complaints, browser.foreign]).toEqual([[], []]);
  });
});
