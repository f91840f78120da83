import { fork } from 'node:child_process';
import path from 'node:path';

const LIMIT_MS = 120_000;

/** What needs but one process: each program in a process of its own, one after the other. */
export async function runAlone() {
  const results = [];
  for (const program of ['micro', 'mesh', 'start-up']) {
    try {
      results.push(...(await run(path.join(import.meta.dirname, `${program}.mjs`))));
    } catch (error) {
      console.error(`${program}: ${error.message}`);
    }
  }
  return results;
}

/** A program sends lists of `{title, value, unit}` and exits. */
function run(file) {
  return new Promise((resolve, reject) => {
    const results = [];
    const child = fork(file, { execArgv: ['--no-warnings'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.on('message', (some) => results.push(...some));
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(results);
      else reject(new Error(`exited with ${code}`));
    });
  });
}
