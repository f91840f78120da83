/** One inbound upgrade that holds a place. */
export interface UpgradeTicket {
  /**
   * Names the address to which the upgrade counts, once it is known (behind a proxy: from the header).
   * False if too many upgrades of that address are under way; the ticket is then void.
   */
  identify(ip: string): boolean;
  /** Gives the place back. May be called twice. */
  release(): void;
}

/** How many inbound upgrades may be under way. */
export interface PendingUpgradeLimits {
  /** In total. */
  readonly total: number;
  /** Per remote IP address. */
  readonly perIp: number;
}

/**
 * Places for inbound upgrades, given before any cryptography (D-07).
 *
 * An address above its share is refused, so that one machine cannot push out others. When all places are taken the
 * oldest upgrade makes room: an honest one needs a few round trips and is through by then, while silent connections
 * that are held open to fill the places are exactly the oldest.
 */
export class PendingUpgrades {
  readonly #limits: PendingUpgradeLimits;
  readonly #perIp = new Map<string, number>();
  /** In order of admission. */
  readonly #tickets = new Set<Ticket>();

  constructor(limits: PendingUpgradeLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#tickets.size;
  }

  /** Takes a place. `shed` is called, at most once, if this upgrade has to make room for a newer one. */
  admit(shed: () => void): UpgradeTicket {
    const ticket = new Ticket(shed, {
      identified: (ip) => this.#count(ip),
      released: (self, ip) => this.#release(self, ip),
    });
    this.#tickets.add(ticket);
    if (this.#tickets.size > this.#limits.total) {
      const oldest = this.#tickets.values().next().value as Ticket;
      oldest.release();
      oldest.shed();
    }
    return ticket;
  }

  #count(ip: string): boolean {
    const count = this.#perIp.get(ip) ?? 0;
    if (count >= this.#limits.perIp) return false;
    this.#perIp.set(ip, count + 1);
    return true;
  }

  #release(ticket: Ticket, ip: string | undefined): void {
    this.#tickets.delete(ticket);
    if (ip === undefined) return;
    const count = (this.#perIp.get(ip) ?? 0) - 1;
    if (count > 0) this.#perIp.set(ip, count);
    else this.#perIp.delete(ip);
  }
}

interface TicketOwner {
  identified(ip: string): boolean;
  released(ticket: Ticket, ip: string | undefined): void;
}

class Ticket implements UpgradeTicket {
  readonly shed: () => void;
  readonly #owner: TicketOwner;
  #ip: string | undefined;
  #released = false;

  constructor(shed: () => void, owner: TicketOwner) {
    this.shed = shed;
    this.#owner = owner;
  }

  identify(ip: string): boolean {
    if (this.#released) return false;
    if (!this.#owner.identified(ip)) {
      this.release();
      return false;
    }
    this.#ip = ip;
    return true;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#owner.released(this, this.#ip);
  }
}
