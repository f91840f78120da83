import { ipGroups, isLoopbackIp, type IpGroups } from '@diemnet/netcore';

/** Which limit on upgrades under way was reached. */
export type PendingLimit = 'host' | 'network' | 'total';

/** One inbound upgrade that holds a place. */
export interface UpgradeTicket {
  /**
   * Names the address to which the upgrade counts, once it is known (behind a proxy: from the header).
   * Returns the limit that does not let it in, and the ticket is then void.
   */
  identify(ip: string): PendingLimit | undefined;
  /** Gives the place back. May be called twice. */
  release(): void;
}

/** How many inbound upgrades may be under way. */
export interface PendingUpgradeLimits {
  /** In total. */
  readonly total: number;
  /** Per machine: IPv4 address or IPv6 /64. */
  readonly perHost: number;
  /** Per network: IPv4 /24 or IPv6 /48. */
  readonly perNetwork: number;
}

/** The group of upgrades whose address is not known yet, behind a proxy or in memory. */
const UNIDENTIFIED = '';

/**
 * Places for inbound upgrades, given before any cryptography (D-07).
 *
 * A machine or network above its share is refused, so that it cannot push out others; this machine itself has no
 * share, since behind a local proxy everyone comes from it. When all places are taken, the
 * network that holds the most makes room with its oldest upgrade: an honest one needs a few round trips and is
 * through by then, while silent connections that are held open to fill the places are exactly the oldest.
 */
export class PendingUpgrades {
  readonly #limits: PendingUpgradeLimits;
  readonly #perHost = new Map<string, number>();
  /** In order of arrival. */
  readonly #perNetwork = new Map<string, Set<Ticket>>();
  #size = 0;

  constructor(limits: PendingUpgradeLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes a place. `shed` is called, at most once, if this upgrade has to make room for a newer one. */
  admit(shed: () => void): UpgradeTicket {
    const ticket = new Ticket(shed, {
      identify: (self, ip) => this.#identify(self, ip),
      release: (self) => this.#release(self),
    });
    this.#enter(ticket, UNIDENTIFIED);
    this.#size++;
    if (this.#size > this.#limits.total) {
      const victim = this.#victim();
      victim.release();
      victim.shed();
    }
    return ticket;
  }

  #identify(ticket: Ticket, ip: string): PendingLimit | undefined {
    const groups = ipGroups(ip);
    const { host, network } = groups;
    const limit = this.#reached(ip, groups);
    if (limit !== undefined) return limit;
    this.#leave(ticket);
    ticket.groups = groups;
    this.#enter(ticket, network);
    this.#perHost.set(host, (this.#perHost.get(host) ?? 0) + 1);
    return undefined;
  }

  #reached(ip: string, { host, network }: IpGroups): PendingLimit | undefined {
    if (isLoopbackIp(ip)) return undefined;
    if ((this.#perHost.get(host) ?? 0) >= this.#limits.perHost) return 'host';
    return (this.#perNetwork.get(network)?.size ?? 0) >= this.#limits.perNetwork ? 'network' : undefined;
  }

  /** The oldest upgrade of the network with the most. With equal shares: of the one that has waited longest. */
  #victim(): Ticket {
    let largest: Set<Ticket> | undefined;
    for (const tickets of this.#perNetwork.values()) {
      if (largest === undefined || tickets.size > largest.size) largest = tickets;
    }
    return (largest as Set<Ticket>).values().next().value as Ticket;
  }

  #release(ticket: Ticket): void {
    this.#size--;
    this.#leave(ticket);
    if (ticket.groups === undefined) return;
    const { host } = ticket.groups;
    const count = (this.#perHost.get(host) ?? 0) - 1;
    if (count > 0) this.#perHost.set(host, count);
    else this.#perHost.delete(host);
  }

  #enter(ticket: Ticket, network: string): void {
    const tickets = this.#perNetwork.get(network);
    if (tickets === undefined) this.#perNetwork.set(network, new Set([ticket]));
    else tickets.add(ticket);
  }

  #leave(ticket: Ticket): void {
    const network = ticket.groups?.network ?? UNIDENTIFIED;
    const tickets = this.#perNetwork.get(network);
    tickets?.delete(ticket);
    if (tickets?.size === 0) this.#perNetwork.delete(network);
  }
}

interface TicketOwner {
  identify(ticket: Ticket, ip: string): PendingLimit | undefined;
  release(ticket: Ticket): void;
}

class Ticket implements UpgradeTicket {
  readonly shed: () => void;
  readonly #owner: TicketOwner;
  groups: IpGroups | undefined;
  #released = false;

  constructor(shed: () => void, owner: TicketOwner) {
    this.shed = shed;
    this.#owner = owner;
  }

  identify(ip: string): PendingLimit | undefined {
    // Pushed out before its address was known.
    if (this.#released) return 'total';
    const limit = this.#owner.identify(this, ip);
    if (limit !== undefined) this.release();
    return limit;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#owner.release(this);
  }
}
