/** A tree of files around the case, which no case may change. */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

export type Places = {
  readonly scratch: string;
  /** Where commands run; part of what must not change. */
  readonly cwd: string;
  /** Where a case writes its files, and the only place that may change. */
  readonly case: string;
  /** A file of somebody else, for links that lead out. */
  readonly secret: string;
};

/** Lays out the tree in an empty folder. */
export function layOut(scratch: string): Places {
  const places = {
    scratch,
    cwd: path.join(scratch, 'outside', 'cwd'),
    case: path.join(scratch, 'case'),
    secret: path.join(scratch, 'outside', 'secret.jsonl'),
  };
  for (const folder of ['outside/cwd/runs', 'outside/home', 'outside/empty', 'temporary', 'case']) {
    fs.mkdirSync(path.join(scratch, folder), { recursive: true });
  }
  const files = {
    'outside/secret.jsonl': '{"key": "nobody else may have it"}\n',
    'outside/cwd/config.json': '{"mine": true}\n',
    'outside/cwd/runs/notes.txt': 'kept\n',
    'outside/home/.profile': 'kept\n',
  };
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(scratch, name), text, { mode: 0o640 });
  }
  fs.symlinkSync('secret.jsonl', path.join(scratch, 'outside', 'link'));
  return places;
}

/** Empties the folder of the case. */
export function clearCase({ case: folder }: Places): void {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
}

/** Describes everything but the case: kind, mode, size, time of change and content of every entry. */
export function describeOutside({ scratch, case: folder }: Places): string[] {
  const entries = fs.readdirSync(scratch, { recursive: true, encoding: 'utf8' }).sort();
  return entries.flatMap((name) => {
    const file = path.join(scratch, name);
    if (file === folder || file.startsWith(folder + path.sep)) return [];
    const stats = fs.lstatSync(file);
    const content = stats.isFile()
      ? crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex')
      : stats.isSymbolicLink()
        ? fs.readlinkSync(file)
        : '';
    return [`${name} ${stats.mode} ${stats.size} ${stats.mtimeMs} ${content}`];
  });
}
