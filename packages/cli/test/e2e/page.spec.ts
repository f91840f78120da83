import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { generateKeyPair } from '@diemnet/noise';
import { sleep, systemTime } from '@diemnet/types';
import { freePort } from '../../src/testnet/free-port';
import { Testnet } from '../../src/testnet/testnet';
import { TestnetPage } from '../../src/testnet/testnet-page';
import { DIEMNET, temporaryFolder } from './node-under-test';

jest.setTimeout(120_000);

const CHROMIUM = process.env['DIEMNET_CHROMIUM'] ?? '/usr/bin/chromium';
const there = existsSync(CHROMIUM);
if (!there) console.warn(`skipped: the page of a testnet needs Chromium, and there is none at ${CHROMIUM}`);

/** What nodes of a testnet have as `ping_interval_ms`: the default. */
const PING_INTERVAL_MS = 1000;
/** On a busy machine one look may come late; not every one of these does. */
const VICTIMS = ['validator-1', 'validator-2', 'validator-3'];

(there ? describe : describe.skip)('the page of a testnet', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let testnet: Testnet;
  let inspection: TestnetPage;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    inspection = await TestnetPage.serve('127.0.0.1:0');
    testnet = new Testnet({
      directory: folder.path,
      counts: { validators: 4, vfns: 1, pfns: 1 },
      command: [process.execPath, DIEMNET],
      time: systemTime,
      sources: { generateKeyPair: () => generateKeyPair(), freePort },
      inspection,
      onNotice: () => {},
    });
    await testnet.start();
    await testnet.settled(60_000);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(inspection.url);
  });

  afterAll(async () => {
    await browser?.close();
    await testnet?.stop();
    await inspection?.stop();
    await folder.remove();
  });

  const labels = (selector: string) =>
    page
      .locator(selector)
      .evaluateAll((dots) => dots.map((dot) => dot.getAttribute('data-label') as string).sort());

  async function until(what: string, holds: () => Promise<boolean>): Promise<number> {
    const began = systemTime.now();
    while (!(await holds())) {
      if (systemTime.now() - began > 20_000) throw new Error(`${what}: not within 20 s`);
      await sleep(systemTime, 20);
    }
    return systemTime.now() - began;
  }

  /** One story, since each part of it leaves the network as the next one needs it. */
  it('shows the topology as asked for, a process killed within two intervals of the health checker, and its return', async () => {
    await showsTheTopology();
    await showsKilledProcesses();
    await tellsMetricsOfAll();
    await showsTheReturn();
    expect(complaints).toEqual([]);
  });

  async function showsTheTopology(): Promise<void> {
    await until('eight connections', async () => (await page.locator('#topology .edge').count()) === 8);
    expect(await labels('#topology .dot')).toEqual([
      ...['pfn-0', 'validator-0', 'validator-1', 'validator-2', 'validator-3', 'vfn-0'],
    ]);
    const edges = await page
      .locator('#topology .edge')
      .evaluateAll((lines) => lines.map((line) => (line.getAttribute('data-id') as string).split(' ')));
    const pairs = edges.map(([network, ...ends]) => [network, ...ends.sort()].join(' ')).sort();
    expect(pairs).toEqual([
      'Public pfn-0 vfn-0',
      'Validator validator-0 validator-1',
      'Validator validator-0 validator-2',
      'Validator validator-0 validator-3',
      'Validator validator-1 validator-2',
      'Validator validator-1 validator-3',
      'Validator validator-2 validator-3',
      'vfn validator-0 vfn-0',
    ]);
    expect(await page.locator('#topology .gap').count()).toBe(0);
  }

  async function showsKilledProcesses(): Promise<void> {
    const took: number[] = [];
    for (const [i, victim] of VICTIMS.entries()) {
      testnet.process(victim)?.kill('SIGKILL');
      took.push(
        await until(`${victim} is down`, async () => (await labels('#topology .dot.down')).includes(victim)),
      );
      const left = 3 - i;
      await until(
        'its connections are gone',
        async () => (await page.locator('#topology .edge').count()) === 2 + (left * (left - 1)) / 2,
      );
    }
    expect(Math.min(...took)).toBeLessThanOrEqual(2 * PING_INTERVAL_MS);
    const events = await page.locator('#event-list li').allInnerTexts();
    for (const victim of VICTIMS) {
      expect(events.some((text) => /node-down/.test(text) && text.includes(victim))).toBe(true);
    }
    expect(await page.locator('#totals').innerText()).toMatch(/3\s*down/);
  }

  async function tellsMetricsOfAll(): Promise<void> {
    const text = await (await fetch(`${inspection.url}/metrics`)).text();
    expect(text).toContain('inspected_node_up{node="validator-0"} 1');
    expect(text).toContain('inspected_node_up{node="validator-1"} 0');
    expect(text).toMatch(/^diem_connections\{node="pfn-0",/m);
    expect(text.match(/^# TYPE diem_connections gauge$/gm)).toHaveLength(1);
  }

  async function showsTheReturn(): Promise<void> {
    await testnet.startNode('validator-1');
    await until('it is up', async () => !(await labels('#topology .dot.down')).includes('validator-1'));
    await until('connected', async () => (await page.locator('#topology .edge').count()) === 3);
  }
});
