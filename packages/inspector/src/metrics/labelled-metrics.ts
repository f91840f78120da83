import type { MetricsRegistry } from '../server/routes.js';

/** A node that can be asked for its metrics; a {@link RemoteInspector} fits. */
export interface MeasuredNode {
  readonly name: string;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
}

/** 1 for a node whose metrics follow, 0 for one that did not tell them. */
const UP = 'inspected_node_up';

/**
 * The metrics of several nodes as one text, each series with the label `node` in front. Nodes that cannot be asked are
 * left out, and `inspected_node_up` says so.
 * @example
 * const registry = labelledMetrics(() => remoteNodes);
 * const server = await startAdminServer({ sources: remoteNodes, registry });
 */
export function labelledMetrics(nodes: () => Iterable<MeasuredNode>): MetricsRegistry {
  return {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    async metrics() {
      const asked = [...nodes()];
      const answers = await Promise.allSettled(asked.map(async (node) => node.metrics()));
      const families = new Families();
      families.head(UP, `# HELP ${UP} Whether the node told its metrics`);
      families.head(UP, `# TYPE ${UP} gauge`);
      answers.forEach((answer, i) => {
        const { name } = asked[i] as MeasuredNode;
        const label = `node="${name.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
        families.add(UP, `${UP}{${label}} ${answer.status === 'fulfilled' ? 1 : 0}`);
        if (answer.status === 'fulfilled') addText(families, answer.value, label);
      });
      return families.text();
    },
  };
}

/** All series of a name have to stand together, after what is said about them once. */
class Families {
  readonly #families = new Map<string, { readonly head: Set<string>; readonly lines: string[] }>();

  head(family: string, line: string): void {
    this.#of(family).head.add(line);
  }

  add(family: string, line: string): void {
    this.#of(family).lines.push(line);
  }

  text(): string {
    return Array.from(this.#families.values(), ({ head, lines }) =>
      [...head, ...lines].map((line) => `${line}\n`).join(''),
    ).join('\n');
  }

  #of(family: string) {
    const known = this.#families.get(family) ?? { head: new Set<string>(), lines: [] };
    this.#families.set(family, known);
    return known;
  }
}

function addText(families: Families, text: string, label: string): void {
  let family = '';
  for (const line of text.split('\n')) {
    const head = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1];
    if (head !== undefined) {
      family = head;
      families.head(family, line);
      continue;
    }
    const series = /^([A-Za-z_:][\w:]*)(\{)?/.exec(line);
    if (series === null) continue;
    const [start, name = '', brace] = series;
    const rest = line.slice(start.length);
    // Buckets, sums and counts belong to the family that was announced.
    const owner = name.startsWith(family) && family !== '' ? family : name;
    families.add(owner, brace === undefined ? `${name}{${label}}${rest}` : `${name}{${label},${rest}`);
  }
}
