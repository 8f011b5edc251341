/**
 * How this process was started, so that commands named in hints work where they are pasted.
 *
 * Texts of the package say `rlpa VERB`. In a clone nothing of that name is on the path; what was typed
 * is `npx rlpa`, or `node` with a file.
 */
import * as path from 'node:path';

export type Start = {
  /** The script as it was named, `process.argv[1]`. */
  readonly script: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** Says what a person types in place of `rlpa`. */
export function describeStart({ script, cwd, environment }: Start): string {
  if (environment['npm_command'] === 'exec') return 'npx rlpa';
  const isBin = /^rlpa(?:\.(?:cmd|ps1))?$/u.test(path.basename(script));
  const folders = (environment['PATH'] ?? '').split(path.delimiter);
  if (isBin && folders.includes(path.dirname(script))) return 'rlpa';
  const near = path.relative(cwd, script);
  const file = near.startsWith('..') || path.isAbsolute(near) ? script : near;
  if (isBin) return quote(near === file ? `.${path.sep}${file}` : file);
  return `node ${quote(file)}`;
}

const quote = (text: string): string => (/[\s"'$\\]/u.test(text) ? JSON.stringify(text) : text);

/** Rewrites commands in a text as they are typed here. `verbs` are the commands there are. */
export function spellCommands(text: string, rlpa: string, verbs: readonly string[]): string {
  const command = new RegExp(
    `(?<![\\w./-])(?:npx )?rlpa(?= (?:${verbs.join('|')}|--help)\\b)`,
    'gu',
  );
  return text.replace(command, () => rlpa);
}
