import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkRecording, readRecording, startAdminServer } from '../../src/index.js';
import { recordMinute } from '../support/recorded-network.js';

const HEADER = '{"type":"header","format":"diemnet-recording","version":1,"title":"t","startedUnixMs":0}';
const check = (text: string) => checkRecording(new TextEncoder().encode(text));

describe('a recording', () => {
  it('is read as text and compressed', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-recording-'));
    try {
      const text = recordMinute();
      await writeFile(path.join(folder, 'r.jsonl'), text);
      await writeFile(path.join(folder, 'r.jsonl.gz'), gzipSync(text));
      const plain = await readRecording(path.join(folder, 'r.jsonl'));
      const packed = await readRecording(path.join(folder, 'r.jsonl.gz'));
      expect(Buffer.from(packed.bytes).equals(Buffer.from(plain.bytes))).toBe(true);
      expect(plain.lines).toBe(text.trimEnd().split('\n').length);
      await writeFile(path.join(folder, 'cut.gz'), gzipSync(text).subarray(0, 100));
      await expect(readRecording(path.join(folder, 'cut.gz'))).rejects.toMatchObject({
        code: 'ERR_RECORDING',
      });
      await expect(readRecording(path.join(folder, 'none'))).rejects.toMatchObject({
        code: 'ERR_RECORDING',
        message: expect.stringContaining('ENOENT') as string,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('may have been cut off between two lines, and may have lines of later versions', () => {
    expect(check(`${HEADER}\n{"type":"weather","at":5}`)).toMatchObject({ durationMs: 5, lines: 2 });
  });

  it.each([
    ['', 'line 1: this is no recording'],
    ['{}\n', 'line 1: this is no recording'],
    ['base:\n  role: validator\n', 'line 1: not a JSON object'],
    [HEADER.replace('"version":1', '"version":2'), 'line 1: expected version 1'],
    [`${HEADER}\n{"type":"note"}\n`, 'line 2: its time'],
    [`${HEADER}\n{"type":"note","at":5}\n{"type":"note","at":4}\n`, 'line 3: its time'],
    [`${HEADER}\n{"type":"note","at":5`, 'line 2: not a JSON object'],
  ])('is refused with the line that is wrong: %j', (text, message) => {
    expect(() => check(text)).toThrow(
      expect.objectContaining({ code: 'ERR_RECORDING', message: expect.stringContaining(message) }) as Error,
    );
  });

  it('is served to the page, and by no other server', async () => {
    const recording = check(recordMinute());
    const server = await startAdminServer({ recording });
    const live = await startAdminServer();
    try {
      const answer = await fetch(`${server.url}/v1/recording`);
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
      expect(await answer.text()).toBe(recordMinute());
      expect((await fetch(`${live.url}/v1/recording`)).status).toBe(404);
    } finally {
      await server.stop();
      await live.stop();
    }
  });
});
