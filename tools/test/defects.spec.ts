import { read, specs } from './repository.js';

const DEFECTS = Array.from({ length: 50 }, (_, i) => `D-${String(i + 1).padStart(2, '0')}`);

/** What the reference does not test (D-50), and the rows or defects that hold it here. */
const UNTESTED_THERE: Record<string, readonly string[]> = {
  'the inbound limit and its use of the live trusted set': ['C-275', 'C-276', 'C-277', 'C-279', 'C-280'],
  'events of replaced connections': ['C-262', 'C-263', 'C-267', 'D-06'],
  'failures of listening, accepting and upgrading': ['C-041', 'C-293', 'C-294', 'C-197', 'C-198'],
  'errors of the writer and messages above the limit': ['C-220', 'C-222', 'D-04', 'D-05'],
  'limits of RPCs and their counters': ['C-236', 'C-243', 'C-251'],
  'protocols that nobody registered': ['C-289', 'D-09', 'D-46'],
  'closing connections without mutual authentication': ['C-336', 'C-337', 'C-338', 'C-339'],
  'priority of roles, vfn and other private networks': ['C-340', 'C-341', 'C-342', 'C-343', 'C-344'],
  'a malformed file of peers': ['C-383', 'C-384'],
  'on-chain discovery of full nodes': ['C-374'],
  'rate-limited connections from end to end': ['C-449', 'C-456', 'C-457', 'C-458', 'C-297'],
  'PROXY headers within an upgrade': ['C-200', 'C-201', 'C-202'],
  'configuration, saved, loaded and checked': ['C-461', 'C-462', 'C-463', 'C-468', 'C-478'],
  'the CONNECT proxy': ['C-042', 'C-043', 'C-044', 'D-41'],
};

describe('Weaknesses of the reference', () => {
  const titles = specs()
    .map(({ text }) => text)
    .join('\n');

  it.each(DEFECTS)('%s is named by a test and described in docs/differences.md', (id) => {
    expect(titles).toContain(`[${id}]`);
    expect(read('docs/differences.md')).toContain(id);
  });

  it.each(Object.entries(UNTESTED_THERE))('has tests of %s [D-50]', (_subject, ids) => {
    expect(ids.filter((id) => !titles.includes(`[${id}]`))).toEqual([]);
  });
});

describe('Rows of the conformance list', () => {
  const rows = read('tools/conformance/rows.tsv')
    .split('\n')
    .filter((line) => /^C-\d/.test(line))
    .map((line) => line.split('\t'));

  it('are 478, in order, with a behaviour each', () => {
    expect(rows).toHaveLength(478);
    rows.forEach(([id, group, behaviour], i) => {
      expect(id).toBe(`C-${String(i + 1).padStart(3, '0')}`);
      expect([group, behaviour].every((text) => text !== undefined && text.length > 2)).toBe(true);
    });
  });
});
