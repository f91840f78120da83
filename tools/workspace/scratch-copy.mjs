/** A copy of the last commit to try things in, with a history of its own and the packages that are installed here. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './packages.mjs';

export function scratchCopy(into) {
  fs.mkdirSync(into, { recursive: true });
  const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 1 << 30 });
  execFileSync('tar', ['-x'], { cwd: into, input: archive });
  linkModules(path.join(root, 'node_modules'), path.join(into, 'node_modules'));
  for (const name of fs.readdirSync(path.join(into, 'packages'))) {
    const nested = path.join(root, 'packages', name, 'node_modules');
    if (fs.existsSync(nested)) fs.symlinkSync(nested, path.join(into, 'packages', name, 'node_modules'));
  }
  const git = (...args) => execFileSync('git', args, { cwd: into });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('-c', 'user.name=scratch', '-c', 'user.email=scratch@localhost', 'commit', '-q', '-m', 'copy');
}

/** All that is installed, by links; but the copy's own packages for its own. */
function linkModules(from, to) {
  fs.mkdirSync(to);
  for (const entry of fs.readdirSync(from)) {
    if (entry === '.cache' || entry === '.package-lock.json') continue;
    if (entry !== '@diemnet') {
      fs.symlinkSync(path.join(from, entry), path.join(to, entry));
      continue;
    }
    fs.mkdirSync(path.join(to, entry));
    for (const name of fs.readdirSync(path.join(from, entry)))
      fs.symlinkSync(path.join('../../packages', name), path.join(to, entry, name));
  }
}
