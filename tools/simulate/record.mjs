/** Records a simulated network, so that the page of the inspector can play it: `diemnet inspect FILE`. */
import fs from 'node:fs';
import { gzipSync } from 'node:zlib';
import { InspectionRecorder, NodeInspector } from '../../packages/inspector/dist/index.js';

/** Entries of the trace that say what was done to the network. */
const NOTED = new Set(['link', 'note']);

/**
 * What a world has to be made with to be recorded; `save` writes the file, compressed if its name ends in `.gz`. The
 * trace stays the same: the recorder looks on between two events, and adds none.
 */
export function recordWorld({ title, sampleIntervalMs }) {
  const lines = [];
  let world;
  let recorder;
  return {
    options: {
      observer: {
        onWorld(made) {
          world = made;
          recorder = new InspectionRecorder({
            write: (line) => lines.push(line),
            time: world.time,
            title,
            sampleIntervalMs,
          });
        },
        onNetwork({ name }, network) {
          // By the clock of the simulation: that of the node may be wrong, on purpose.
          recorder.add(
            new NodeInspector({ role: 'validator', networks: [network] }, { name, time: world.time }),
          );
        },
        onEvent: () => recorder.tick(),
      },
      trace: {
        onEntry({ kind, subject, text }) {
          if (NOTED.has(kind)) recorder.note(`${subject} ${text}`.trim());
          if (kind !== 'node') return;
          recorder.note(`${subject}: ${text}`);
          if (text === 'running') recorder.up(subject);
          else if (['paused', 'stopped', 'crashed'].includes(text)) recorder.down(subject, text);
        },
      },
    },
    save(file) {
      recorder.close();
      const text = lines.join('');
      fs.writeFileSync(file, file.endsWith('.gz') ? gzipSync(text) : text);
    },
  };
}
