import { createInterface } from 'node:readline';
import { isDiemNetError, peerIdFromHex, type PeerId } from '@diemnet/types';
import type { DemoApplication } from './demo-application.js';
import type { NodeOutput } from './node-output.js';

/**
 * Carries out what a parent process writes to standard input: `drain`, `pause <PeerId>…`, `resume <PeerId>…`.
 * When the input ends the parent is gone, and so must we be.
 */
export function followParent(
  input: NodeJS.ReadableStream,
  demos: readonly DemoApplication[],
  output: NodeOutput,
  onEnd: () => void,
): { close(): void } {
  const lines = createInterface({ input });
  lines.on('error', onEnd);
  lines.on('line', (line) => {
    const [command, ...words] = line.trim().split(/\s+/);
    const peers = words.flatMap(readPeerId);
    if (command === 'drain') {
      void Promise.all(demos.map((demo) => demo.drain())).then(() => output.forProgram({ event: 'drained' }));
    } else if (command === 'pause') {
      void Promise.all(demos.map((demo) => demo.pause(peers))).then(() =>
        output.forProgram({ event: 'paused' }),
      );
    } else if (command === 'resume') {
      for (const demo of demos) demo.resume(peers);
    }
  });
  lines.once('close', onEnd);
  return {
    close() {
      lines.off('close', onEnd);
      lines.close();
    },
  };
}

function readPeerId(text: string): PeerId[] {
  try {
    return [peerIdFromHex(text)];
  } catch (error) {
    if (isDiemNetError(error)) return [];
    throw error;
  }
}
