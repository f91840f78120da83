import { Trace } from '../../src/index.js';

describe('Trace', () => {
  it('has the same digest for the same entries, and another for any difference', () => {
    const digest = (...entries: Parameters<Trace['add']>[]) => {
      const trace = new Trace();
      for (const entry of entries) trace.add(...entry);
      return trace.digest;
    };
    const bytes = Uint8Array.of(1, 2, 3);
    const same = digest([1.5, 'data', 'a > b', '', bytes], [2, 'end', 'a > b']);
    expect(digest([1.5, 'data', 'a > b', '', bytes.slice()], [2, 'end', 'a > b'])).toBe(same);
    const others = [
      digest([1.5, 'data', 'a > b', '', bytes]),
      digest([2, 'end', 'a > b'], [1.5, 'data', 'a > b', '', bytes]),
      digest([1.5, 'data', 'a > b', '', Uint8Array.of(1, 2, 4)], [2, 'end', 'a > b']),
      digest([1.5000001, 'data', 'a > b', '', bytes], [2, 'end', 'a > b']),
      digest([1.5, 'data', 'a > b', '', bytes], [2, 'end', 'a > c']),
      digest([1.5, 'data', 'a > b', '', bytes], [2, 'reset', 'a > b']),
    ];
    expect(new Set([same, ...others]).size).toBe(others.length + 1);
    expect(same).toMatch(/^[0-9a-f]{16}$/);
  });

  it('keeps the latest lines, and gives all of them to whoever asks', () => {
    const lines: string[] = [];
    const trace = new Trace({ keep: 2, onLine: (line) => lines.push(line) });
    trace.add(0, 'node', 'node-0', 'running');
    trace.add(1500.25, 'data', '0 a > b', '', new Uint8Array(7));
    trace.add(2000, 'link', 'heal');
    expect(lines).toHaveLength(3);
    expect(trace.lastLines()).toEqual(lines.slice(1));
    expect(lines[1]).toBe('    1.500250 data      0 a > b 7 bytes');
    expect(trace.count).toBe(3);
  });
});
