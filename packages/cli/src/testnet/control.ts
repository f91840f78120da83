import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { rm } from 'node:fs/promises';
import { CommandFailedError, UsageError } from '../exit.js';
import type { Testnet } from './testnet.js';

/** What one can ask of a running testnet. */
export const RECONFIGURATIONS = ['rotate', 'remove', 'add'] as const;
export type Reconfiguration = (typeof RECONFIGURATIONS)[number];

interface Request {
  readonly action: Reconfiguration;
  readonly node?: string;
}

interface Answer {
  readonly ok: boolean;
  readonly message: string;
}

/** Longest request line that the socket reads. */
const MAX_REQUEST_CHARACTERS = 1024;

/** The socket, in the testnet's folder, through which `diemnet reconfigure` reaches it. */
function controlSocketPath(directory: string): string {
  return path.join(directory, 'control.sock');
}

/** Serves reconfigurations until it is closed. Requests are carried out one after the other. */
export async function serveControl(testnet: Testnet): Promise<{ close(): Promise<void> }> {
  const file = controlSocketPath(testnet.directory);
  await rm(file, { force: true });
  let queue: Promise<unknown> = Promise.resolve();
  const connections = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
    const requests = createInterface({ input: socket });
    requests.on('error', () => {});
    requests.once('line', (line) => {
      queue = queue
        .then(() => carryOut(testnet, line))
        .then((answer) => socket.end(`${JSON.stringify(answer)}\n`));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, resolve);
  });
  return {
    close: async () => {
      for (const socket of connections) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function carryOut(testnet: Testnet, line: string): Promise<Answer> {
  try {
    const request = parseRequest(line);
    if (request.action === 'add') return { ok: true, message: `added ${await testnet.addValidator()}` };
    const name = request.node as string;
    if (request.action === 'rotate') {
      await testnet.rotateKey(name);
      return { ok: true, message: `rotated the key of ${name}` };
    }
    await testnet.removeValidator(name);
    return { ok: true, message: `removed ${name}` };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function parseRequest(line: string): Request {
  if (line.length > MAX_REQUEST_CHARACTERS) throw new UsageError('the request is too long');
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new UsageError('the request is not JSON', { cause });
  }
  const { action, node } = (value ?? {}) as Partial<Request>;
  if (action === undefined || !RECONFIGURATIONS.includes(action)) {
    throw new UsageError(`the action must be one of ${RECONFIGURATIONS.join(', ')}`);
  }
  if (action === 'add') return { action };
  if (typeof node !== 'string') throw new UsageError(`"${action}" needs the name of a validator`);
  return { action, node };
}

/** Asks the testnet in `directory`. Returns what it did. @throws CommandFailedError with what it said */
export function requestReconfiguration(
  directory: string,
  action: Reconfiguration,
  node: string | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(controlSocketPath(directory));
    socket.once('error', (cause) =>
      reject(new CommandFailedError(`no testnet runs in ${directory} (${cause.message})`, { cause })),
    );
    socket.once('connect', () => socket.write(`${JSON.stringify({ action, node })}\n`));
    const answers = createInterface({ input: socket });
    // It raises the socket's error once more, which would end the process.
    answers.on('error', () => {});
    answers.once('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      if (answer.ok) resolve(answer.message);
      else reject(new CommandFailedError(answer.message));
    });
    socket.once('close', () => reject(new CommandFailedError('the testnet stopped before it answered')));
  });
}
