/**
 * What was accepted for sending and did not arrive, connection by connection, and which fault it is due to. A fault
 * excuses only the connections that it hit: those of a node that was killed or stopped while they stood, and those that
 * were themselves reset or stalled. Everything else that is missing was lost by us.
 */
/** So long after a fault a connection may end because of it: pings that find out, and the grace of closing. */
const AFTERMATH_MS = 10_000;
/** Clocks are the same, but a connection is noticed at its two ends and at the proxy at different times. */
const SLACK_MS = 2000;

export class Losses {
  #members;
  #strikes = [];
  #records = new Map();
  /** What nodes had received before they were killed, by PeerId. */
  #remembered = new Map();

  /** `members`: `{ peerId, incarnation, proxy }`, the proxy in front of each with its `hits`. */
  constructor(members) {
    this.#members = members;
  }

  /** A whole node is hit now: `kill`, or `stop` for so long. */
  strike(member, fault, milliseconds = 0) {
    const from = Date.now();
    this.#strikes.push({ member, fault, from, to: from + milliseconds });
  }

  /** What a node that will be killed has received. */
  remember({ peerId }, { incoming }) {
    this.#remembered.set(peerId, [...(this.#remembered.get(peerId) ?? []), ...incoming]);
  }

  /** What a node says it sent and received since it was started last. */
  add(member, { outgoing, incoming }) {
    const before = this.#remembered.get(member.peerId) ?? [];
    this.#records.set(member.peerId, { member, outgoing, incoming: [...before, ...incoming] });
  }

  /** Figures for all connections, and what is wrong with them. */
  judge() {
    const total = { accepted: 0, received: 0, refused: 0, lost: 0, lostTo: {}, gaps: 0 };
    const complaints = [];
    for (const sender of this.#records.values()) {
      for (const { gaps } of sender.incoming) total.gaps += gaps;
      for (const connection of sender.outgoing) {
        const received = this.#arrival(sender, connection)?.next ?? 0;
        const missing = connection.accepted - received;
        total.accepted += connection.accepted;
        total.refused += connection.refused;
        total.received += received;
        if (missing === 0) continue;
        const fault = this.#faultOf(sender, connection);
        if (fault === undefined) {
          total.lost += missing;
          complaints.push(this.#describe(sender, connection, missing));
        } else total.lostTo[fault] = (total.lostTo[fault] ?? 0) + missing;
      }
    }
    if (total.gaps > 0) complaints.push(`${total.gaps} gaps within connections`);
    return { total, complaints };
  }

  /** What the receiver knows of a connection. */
  #arrival({ member }, { peer, connectionId }) {
    return this.#records
      .get(peer)
      .incoming.find(
        (each) =>
          each.from === member.peerId &&
          each.incarnation === member.incarnation &&
          each.connectionId === connectionId,
      );
  }

  #faultOf(sender, connection) {
    const { peer, startedAt, endedAt = Infinity } = connection;
    const receiver = this.#records.get(peer);
    const covers = ({ from, to }) =>
      startedAt - SLACK_MS <= to && from <= endedAt + SLACK_MS && endedAt <= to + AFTERMATH_MS;
    const strike = this.#strikes.find(
      (each) => (each.member === sender.member || each.member === receiver.member) && covers(each),
    );
    if (strike !== undefined) return strike.fault;
    const listening = this.#listeningEnd(sender, connection);
    if (listening === undefined) return undefined;
    const hits = listening.member.proxy.hits;
    return hits.find((hit) => hit.port === listening.port && covers(hit))?.fault;
  }

  /** The end of a connection that was dialed, which knows the port that the proxy came from. */
  #listeningEnd(sender, connection) {
    if (connection.port !== undefined) return { member: sender.member, port: connection.port };
    const other = this.#otherEnd(sender, connection);
    return other && { member: this.#records.get(connection.peer).member, port: other.port };
  }

  /** The same connection as the receiver numbers it; told by any message that passed it in either direction. */
  #otherEnd(sender, connection) {
    const receiver = this.#records.get(connection.peer);
    const ofOther = (id) => receiver.outgoing.find(({ connectionId }) => connectionId === id);
    const arrival = this.#arrival(sender, connection);
    if (arrival !== undefined) return ofOther(arrival.ownId);
    const reply = sender.incoming.find(
      ({ from, incarnation, ownId }) =>
        from === connection.peer &&
        incarnation === receiver.member.incarnation &&
        ownId === connection.connectionId,
    );
    return reply && ofOther(reply.connectionId);
  }

  #describe(sender, connection, missing) {
    const other = this.#otherEnd(sender, connection);
    const lived = (connection.endedAt ?? Date.now()) - connection.startedAt;
    const name = (peerId) => this.#members.find((member) => member.peerId === peerId)?.name;
    return (
      `${missing} of ${connection.accepted} messages of ${sender.member.name} to ${name(connection.peer)} lost on a ` +
      `connection of ${lived} ms that no fault had hit; it ended here by ${connection.cause ?? 'nothing'}, there by ` +
      `${other === undefined ? 'what nobody knows' : (other.cause ?? 'nothing')}`
    );
  }
}
