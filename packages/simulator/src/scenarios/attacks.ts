import { Adversary } from '../adversary/adversary.js';
import { INSIDERS_ATTACKS, STRANGERS_ATTACKS, TOLERATED_ATTACKS, type Attack } from '../adversary/attacks.js';
import { scenario, type Scenario } from '../scenario/scenario.js';
import { connected } from '../world/conditions.js';
import type { SimulatedNode } from '../world/simulated-node.js';
import type { World } from '../world/world.js';

const ATTACK_MS = 25_000;
const STRANGERS = 20;

/** One attack on one node of a small network, whose other peers must not feel it; then the node stops under it. */
function underAttack(name: string, attack: Attack, insider: boolean): Scenario {
  return scenario(
    `attack-${name}`,
    { description: `a node under the attack ${name} serves its peers, and stops in time`, nodes: 3 },
    async (world, { nodes }) => {
      await world.addValidators(nodes);
      const honest = [...world.nodes];
      const [target, peer] = honest as [SimulatedNode, SimulatedNode];
      const adversaries = insider
        ? [insiderOf(world)]
        : Array.from({ length: STRANGERS }, () => new Adversary(world));
      await world.until(() => connected(honest), { within: '30s' });
      const attacks = adversaries.map((adversary) => attack(adversary, target).catch(() => undefined));
      await world.settled(Promise.all(attacks), { within: '31s' });

      const start = world.nowMs;
      while (world.nowMs - start < ATTACK_MS) {
        const asked = world.nowMs;
        await world.settled(target.rpc(peer, Uint8Array.of(1), { timeoutMs: 2000 }), { within: '2s' });
        await world.settled(peer.rpc(target, Uint8Array.of(2), { timeoutMs: 2000 }), { within: '2s' });
        if (world.nowMs - asked > 500) throw world.failure(`two RPCs took ${world.nowMs - asked} ms`);
        await world.run('1s');
      }
      const open = connectionsFrom(world, adversaries);
      if (open > 0 && !TOLERATED_ATTACKS.has(name))
        throw world.failure(`${open} attackers are still connected`);
      if (!connected(honest)) throw world.failure('an honest peer was lost');
      await world.settled(target.stop(), { within: '7s' });
      if (target.host.openSockets > 0) throw world.failure('sockets are left after the stop');
    },
  );
}

/** Connections of adversaries that are open at the other end, whatever they themselves have noticed. */
function connectionsFrom(world: World, adversaries: readonly Adversary[]): number {
  const hosts = new Set(adversaries.map(({ host }) => host));
  let open = 0;
  for (const { dialer, sockets } of world.network.connections()) {
    if (hosts.has(dialer) && !sockets[1].closed) open++;
  }
  return open;
}

/** An adversary with the key of a validator that is in the set. */
function insiderOf(world: World): Adversary {
  const victim = world.addNode();
  world.publish([...world.nodes]);
  return new Adversary(world, { name: 'insider', identity: victim });
}

/** A scenario per attack. */
export const attackScenarios: readonly Scenario[] = Object.freeze([
  ...Object.entries(STRANGERS_ATTACKS).map(([name, attack]) => underAttack(name, attack, false)),
  ...Object.entries(INSIDERS_ATTACKS).map(([name, attack]) => underAttack(name, attack, true)),
]);
