import { MockTime } from '@diemnet/types/testing';
import { InspectionRecorder, checkRecording, type RecordingLine } from '../../src/index.js';
import { RecordedNode, peerIdOf, recordMinute } from '../support/recorded-network.js';

describe('InspectionRecorder', () => {
  const lines = recordMinute()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordingLine);
  const timed = lines.slice(1) as Exclude<RecordingLine, { type: 'header' }>[];

  it('looks at all nodes once per interval, and tells of events in between', () => {
    const { header, durationMs } = checkRecording(new TextEncoder().encode(recordMinute()));
    expect(header).toMatchObject({ format: 'diemnet-recording', version: 1, title: 'a minute' });
    expect(durationMs).toBe(60_000);
    const samples = timed.filter(({ type }) => type === 'sample').map(({ at }) => at);
    expect(samples).toEqual(Array.from({ length: 61 }, (_, i) => i * 1000));
    expect(timed.at(-1)).toEqual({ type: 'end', at: 60_000 });
    const events = timed.flatMap((line) => (line.type === 'event' ? [[line.at, line.event.kind]] : []));
    expect(events.slice(0, 4)).toEqual([[0, 'node-up'], [0, 'node-up'], [0, 'node-up'], [1000, 'connected']]); // prettier-ignore
    expect(events.filter(([at]) => at === 50_000)[0]).toEqual([50_000, 'node-down']);
  });

  it('tells of a node that is down, and why', () => {
    const last = timed.findLast((line) => line.type === 'sample');
    expect(last?.nodes[2]).toEqual({ node: 'node-2', ok: false, error: 'crashed' });
    expect(last?.nodes[0]).toMatchObject({ node: 'node-0', ok: true });
  });

  it('repeats an explanation only when something lasting is another', () => {
    const told = timed.flatMap((line) =>
      line.type === 'explanation' &&
      line.explanation.node === 'node-0' &&
      line.explanation.peerId === peerIdOf(2)
        ? [[line.at, line.explanation.connected]]
        : [],
    );
    expect(told).toEqual([
      [0, false],
      [1000, true],
      [20_000, false],
      [40_000, true],
      [50_000, false],
    ]);
  });

  it('takes the next life of a node in place of the one before, and leaves all at its end', () => {
    const time = new MockTime();
    const written: string[] = [];
    const recorder = new InspectionRecorder({ write: (line) => written.push(line), time });
    const [before, after] = [new RecordedNode(0, 1, time), new RecordedNode(0, 1, time)];
    recorder.add(before);
    recorder.down('node-0', 'crashed');
    recorder.down('node-0', 'crashed');
    recorder.add(after);
    recorder.up('node-0');
    recorder.down('nobody', 'crashed');
    expect([before.listeners, after.listeners]).toEqual([0, 1]);
    const kinds = written.flatMap((line) => /"kind":"([a-z-]+)"/.exec(line)?.[1] ?? []);
    expect(kinds).toEqual(['node-up', 'node-down', 'node-up']);
    recorder.close();
    recorder.close();
    recorder.note('too late');
    expect(after.listeners).toBe(0);
    expect(written.filter((line) => line.includes('"end"'))).toHaveLength(1);
    expect(written.at(-1)).toContain('"end"');
  });

  it('refuses an interval that is none', () => {
    expect(
      () => new InspectionRecorder({ write: () => {}, time: new MockTime(), sampleIntervalMs: 0 }),
    ).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error);
  });
});
