import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { checkRecording } from '@diemnet/inspector';
import { main } from '../../src/main.js';
import { RecordingTerminal } from '../recording-terminal.js';
import { run } from '../run.js';

jest.setTimeout(60_000);

const SIMULATE = path.resolve(__dirname, '../../../../tools/simulate/simulate.mjs');

/** Resolves with the first output. */
class WaitingTerminal extends RecordingTerminal {
  readonly written: Promise<string>;
  #wrote: (text: string) => void = () => {};

  constructor() {
    super();
    this.written = new Promise((resolve) => (this.#wrote = resolve));
  }

  override out(text: string): void {
    super.out(text);
    this.#wrote(text);
  }
}

describe('diemnet inspect', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-inspect-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('serves what the simulator recorded, until it is interrupted', async () => {
    const file = path.join(folder, 'run.jsonl.gz');
    const simulated = ['--scenario', 'partition-and-heal', '--nodes', '4', '--record', file];
    const simulation = spawnSync(process.execPath, [SIMULATE, ...simulated], { encoding: 'utf8' });
    expect([simulation.status, simulation.stderr]).toEqual([0, '']);

    const terminal = new WaitingTerminal();
    const ended = main(['inspect', file, '--json'], terminal);
    const { url, title, durationMs } = JSON.parse(await terminal.written) as Record<string, string>;
    expect(title).toBe('partition-and-heal, seed 1');
    const body = new Uint8Array(await (await fetch(`${url}/v1/recording`)).arrayBuffer());
    expect(checkRecording(body).durationMs).toBe(durationMs);
    const lines = new TextDecoder().decode(body).trimEnd().split('\n');
    const notes = lines.map((line) => JSON.parse(line) as { type: string; text?: string });
    expect(notes.filter(({ type }) => type === 'note').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['partition node-0 node-1 | node-2 node-3', 'heal', 'node-3: stopped']),
    );
    expect(lines.some((line) => line.includes('"kind":"disconnected"'))).toBe(true);
    terminal.interrupt();
    expect(await ended).toBe(0);
    await expect(fetch(url as string)).rejects.toThrow();
  });

  it('leaves the run as it is without a recording', () => {
    const digest = (...more: string[]) =>
      /trace ([0-9a-f]{16})/.exec(
        spawnSync(process.execPath, [SIMULATE, '--scenario', 'key-rotation', '--nodes', '3', ...more], {
          encoding: 'utf8',
        }).stdout,
      )?.[1];
    expect(digest('--record', path.join(folder, 'same.jsonl'))).toBe(digest());
  });

  it('refuses what is no recording, and a place where others could read it without a token', async () => {
    const file = path.join(folder, 'other.txt');
    await writeFile(file, 'base: {}\n');
    expect(await run(['inspect', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `diemnet: ${file}: line 1: not a JSON object\n`,
    });
    const missing = await run(['inspect', path.join(folder, 'none')]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
    expect((await run(['inspect', file, '--listen', 'localhost'])).code).toBe(2);
    const good = path.join(folder, 'good.jsonl');
    await writeFile(good, '{"format":"diemnet-recording","version":1,"startedUnixMs":0}\n');
    const open = await run(['inspect', good, '--listen', '0.0.0.0:0']);
    expect([open.code, open.stderr]).toEqual([1, expect.stringContaining('set a token')]);
  });
});
