/** What the check asks git. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export class Repository {
  constructor(folder) {
    this.folder = folder;
  }

  /** Where we left another branch; in a clone without that place, the other branch itself; undefined if unknown. */
  mergeBase(revision) {
    return (
      this.#try('merge-base', revision, 'HEAD') || this.#try('rev-parse', '--verify', `${revision}^{commit}`)
    );
  }

  /** The last commit that wrote a file, after `base` if there is one. */
  lastCommitOf(file, base) {
    const range = base === undefined ? ['HEAD'] : [`${base}..HEAD`];
    return this.#try('log', '-1', '--format=%H', ...range, '--', file) || undefined;
  }

  /** Files below a folder that differ from a commit, those that git does not know yet included. */
  changedFiles(since, folder) {
    const known = this.#git('diff', '--name-only', '--no-renames', since, '--', folder);
    const unknown = this.#git('ls-files', '--others', '--exclude-standard', '--', folder);
    return `${known}\n${unknown}`.split('\n').filter((line) => line !== '');
  }

  /** A file's text at a commit, or as it is now; undefined where there is none. */
  text(file, commit) {
    if (commit !== undefined) return this.#try('show', `${commit}:${file}`);
    const place = path.join(this.folder, file);
    return fs.existsSync(place) ? fs.readFileSync(place, 'utf8').trimEnd() : undefined;
  }

  /** Packages that the waiting changesets name; with `base`, only changesets that are new or changed since. */
  namedByChangesets(base) {
    const files =
      base === undefined
        ? fs.readdirSync(path.join(this.folder, '.changeset')).map((name) => `.changeset/${name}`)
        : this.changedFiles(base, '.changeset');
    const names = new Set();
    for (const file of files.filter((one) => one.endsWith('.md') && !one.endsWith('/README.md'))) {
      const [, header = ''] = /^---\n([\s\S]*?)\n---/.exec(this.text(file) ?? '') ?? [];
      for (const [, name] of header.matchAll(/^['"]?(@diemnet\/[\w-]+)['"]?:/gm)) names.add(name);
    }
    return names;
  }

  #git(...args) {
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trimEnd();
  }

  #try(...args) {
    try {
      return this.#git(...args);
    } catch {
      return undefined;
    }
  }
}
