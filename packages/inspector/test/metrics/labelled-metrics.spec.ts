import { labelledMetrics } from '../../src/index.js';

const ALPHA = `# HELP peers How many
# TYPE peers gauge
peers{role_type="validator"} 3

# HELP trip How long
# TYPE trip histogram
trip_bucket{le="+Inf"} 2
trip_sum 0.5
trip_count 2
`;

describe('labelledMetrics', () => {
  it('puts the series of all nodes together, by name, each under its node', async () => {
    const nodes = [
      { name: 'alpha', metrics: async () => ALPHA },
      { name: 'be"ta', metrics: async () => '# HELP peers How many\n# TYPE peers gauge\npeers 1\nextra 7\n' },
    ];
    const registry = labelledMetrics(() => nodes);
    expect(await registry.metrics()).toBe(`# HELP inspected_node_up Whether the node told its metrics
# TYPE inspected_node_up gauge
inspected_node_up{node="alpha"} 1
inspected_node_up{node="be\\"ta"} 1

# HELP peers How many
# TYPE peers gauge
peers{node="alpha",role_type="validator"} 3
peers{node="be\\"ta"} 1

# HELP trip How long
# TYPE trip histogram
trip_bucket{node="alpha",le="+Inf"} 2
trip_sum{node="alpha"} 0.5
trip_count{node="alpha"} 2

extra{node="be\\"ta"} 7
`);
    expect(registry.contentType).toContain('version=0.0.4');
  });

  it('says which node could not be asked', async () => {
    const nodes = [
      { name: 'gone', metrics: () => Promise.reject(new TypeError('gone')) },
      { name: 'there', metrics: async () => 'a 1\n' },
    ];
    const text = await labelledMetrics(() => nodes).metrics();
    expect(text).toContain('inspected_node_up{node="gone"} 0\n');
    expect(text).toContain('inspected_node_up{node="there"} 1\n');
    expect(text).toContain('a{node="there"} 1\n');
  });
});
