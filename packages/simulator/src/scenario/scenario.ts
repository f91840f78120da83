import { errorCode } from '@diemnet/types';
import { SimulatorError } from '../errors.js';
import { World, type WorldOptions } from '../world/world.js';

/** What a scenario is run with. */
export interface ScenarioParameters {
  readonly seed: number;
  /** Nodes, where the scenario leaves it open. */
  readonly nodes: number;
}

/** A story that happens to a network, and what has to be true on the way and in the end. */
export interface Scenario {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Nodes where nothing is said. */
  readonly nodes: number;
  /** What its world is made with, besides the seed. */
  readonly world: WorldOptions;
  readonly body: (world: World, parameters: ScenarioParameters) => Promise<void>;
}

/** What a run was, in numbers. */
export interface ScenarioReport extends ScenarioParameters {
  readonly name: string;
  /** Of the trace: the same for the same seed. */
  readonly digest: string;
  readonly traceEntries: number;
  readonly events: number;
  readonly virtualMs: number;
}

/** Settings of a {@link scenario}. */
export interface ScenarioOptions {
  readonly description?: string;
  /** @default 4 */
  readonly nodes?: number;
  readonly world?: WorldOptions;
}

/**
 * Defines a scenario; {@link runScenario} runs it.
 * @example
 * const lonely = scenario('lonely', { nodes: 10 }, async (world, { nodes }) => {
 *   const [first, ...rest] = await world.addValidators(nodes);
 *   world.partition([first], rest);
 *   await world.until(() => apart([first], rest), { within: '30s' });
 * });
 */
export function scenario(
  name: string,
  { description = name, nodes = 4, world = {} }: ScenarioOptions,
  body: Scenario['body'],
): Scenario {
  return Object.freeze({ name, description, nodes, world, body });
}

/** Whom to tell about failures that nobody handled; `process` fits. */
interface FailureSource {
  on(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
  off(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
}

/**
 * Runs a scenario in a world of its own, checks the invariants to its end, and stops all nodes that still run.
 * @throws SimulatorError `ERR_SIMULATOR_SCENARIO_FAILED` with seed, virtual time and the latest events; the seed alone
 * reproduces it
 */
export async function runScenario(
  { name, nodes: defaultNodes, world: worldOptions, body }: Scenario,
  {
    seed = 1,
    nodes = defaultNodes,
    world: overrides = {},
  }: Partial<ScenarioParameters> & { readonly world?: WorldOptions } = {},
): Promise<ScenarioReport> {
  const world = new World({ ...worldOptions, ...overrides, seed });
  let unhandled: SimulatorError | undefined;
  const onUnhandled = (cause: unknown) => {
    unhandled ??= new SimulatorError('ERR_SIMULATOR_UNHANDLED', 'a promise was rejected and nobody cared', {
      cause,
    });
  };
  const source = (globalThis as { process?: FailureSource }).process;
  source?.on('unhandledRejection', onUnhandled);
  try {
    await body(world, { seed, nodes });
    await world.stopAll();
    world.check();
    if (unhandled !== undefined) throw unhandled;
  } catch (cause) {
    throw scenarioFailed(name, world, nodes, unhandled ?? cause);
  } finally {
    source?.off('unhandledRejection', onUnhandled);
  }
  return {
    name,
    seed,
    nodes,
    digest: world.trace.digest,
    traceEntries: world.trace.count,
    events: world.time.eventCount,
    virtualMs: world.nowMs,
  };
}

function scenarioFailed(name: string, world: World, nodes: number, cause: unknown): SimulatorError {
  const why = cause instanceof Error ? `${errorCode(cause)}: ${cause.message}` : String(cause);
  const lines = world.trace.lastLines().map((line) => `  ${line}`);
  return new SimulatorError(
    'ERR_SIMULATOR_SCENARIO_FAILED',
    [
      `scenario ${name} failed at ${(world.nowMs / 1000).toFixed(6)} s of virtual time`,
      why,
      `run it again: simulate --scenario ${name} --seed ${world.seed} --nodes ${nodes}`,
      'what happened last:',
      ...lines,
    ].join('\n'),
    { cause, details: { seed: world.seed, nodes, virtualMs: world.nowMs, digest: world.trace.digest } },
  );
}
