/**
 * Folders as the command line meets them: empty names, folders of others, two processes at once,
 * processes that are killed, logs that a bad disk changed.
 */
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratch, runRlpa, type Outcome } from './command-line.ts';

let scratch: string;
beforeAll(() => {
  scratch = createScratch();
});
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const at = (...names: readonly string[]): string => path.join(scratch, ...names);
const readText = (...names: readonly string[]): string => fs.readFileSync(at(...names), 'utf8');
const countLines = (...names: readonly string[]): number =>
  fs.existsSync(at(...names)) ? readText(...names).split('\n').length - 1 : 0;

const flags = ['--preset', 'tiny', '--iterations', '6', '--threads', '1'];
const train = (out: string, ...more: readonly string[]): Promise<Outcome> =>
  runRlpa(['train', '--out', at(out), ...flags, ...more]);

/** Starts a command and stops its process, as Ctrl-Z does, once the condition holds. */
function startAndStop(
  args: readonly string[],
  condition: () => boolean,
): { readonly stopped: Promise<ChildProcess>; readonly ended: Promise<Outcome> } {
  let tell: (child: ChildProcess) => void = () => {};
  const stopped = new Promise<ChildProcess>((resolve) => (tell = resolve));
  let isStopped = false;
  const onTick = (child: ChildProcess): void => {
    if (isStopped || !condition()) return;
    isStopped = true;
    child.kill('SIGSTOP');
    tell(child);
  };
  return { stopped, ended: runRlpa(args, { onTick }) };
}

describe('a folder that is not ours', () => {
  const files = {
    'config.json': '{"mine":true}',
    'metrics.jsonl': 'mine\n',
    'episodes/notes.txt': 'mine',
  };

  function plant(folder: string): void {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(at(folder, name)), { recursive: true });
      fs.writeFileSync(at(folder, name), text);
    }
  }

  function expectUntouched(folder: string): void {
    const names = fs.readdirSync(at(folder), { recursive: true, encoding: 'utf8' });
    expect(names.sort()).toEqual([...Object.keys(files), 'episodes'].sort());
    for (const [name, text] of Object.entries(files)) expect(readText(folder, name)).toBe(text);
  }

  it('is not written to because a variable of the shell is not set', async () => {
    plant('current');
    const options = { cwd: at('current') };
    for (const args of [
      ['train', '--preset', 'tiny', '--out', ''],
      ['train', '--preset', 'tiny', '--resume', '--out', ''],
      ['report', ''],
    ]) {
      const outcome = await runRlpa(args, options);
      expect(outcome.exitCode).toBe(2);
      expect(outcome.stderr).toContain('found nothing. Is a shell variable unset?');
    }
    expectUntouched('current');
  });

  it('is refused by every command that writes a folder', async () => {
    plant('others');
    for (const args of [
      ['train', '--preset', 'tiny'],
      ['train', '--preset', 'tiny', '--resume'],
      ['compare', 'algorithms', '--arms', 'base', '--seeds', '1'],
      ['warm-start', '--preset', 'tiny'],
    ]) {
      const outcome = await runRlpa([...args, '--out', at('others')]);
      expect(outcome.exitCode, args.join(' ')).toBe(2);
      expect(outcome.stderr).toMatch(
        /others (?:is not empty|holds|is)|not empty|no run to resume/u,
      );
    }
    expectUntouched('others');
  });
});

describe('two processes in one folder', () => {
  it('the second is refused, and resumes at once when the first was killed', async () => {
    const first = startAndStop(['train', '--out', at('run'), ...flags], () => {
      return countLines('run', 'metrics.jsonl') >= 3;
    });
    const { pid } = await first.stopped.then((child) => child);
    fs.writeFileSync(at('run', 'episodes', 'mine.txt'), 'mine');
    const second = await train('run', '--resume');
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(new RegExp(`being written to by process ${pid} on `, 'u'));
    expect(second.stderr).toContain('nothing has to be deleted');
    (await first.stopped).kill('SIGKILL');
    await first.ended;
    expect((await train('run', '--resume')).exitCode).toBe(0);
    expect((await train('whole')).exitCode).toBe(0);
    for (const name of ['metrics.jsonl', 'episodes/iteration-00006.jsonl']) {
      expect(readText('run', name)).toBe(readText('whole', name));
    }
    const model = 'model/model.safetensors';
    expect(fs.readFileSync(at('run', model)).equals(fs.readFileSync(at('whole', model)))).toBe(
      true,
    );
    expect(readText('run', 'episodes', 'mine.txt')).toBe('mine');
  });

  it('the second comparison is refused at the arm that is under way', async () => {
    const set = ['iterations=2', 'episodesPerIteration=8', 'turns=3', 'evaluation.users=4'];
    const args = ['compare', 'algorithms', '--arms', 'ppo', '--seeds', '1', '--out', at('arms')];
    const compare = [...args, ...set.flatMap((text) => ['--set', text])];
    const first = startAndStop(
      compare,
      () => countLines('arms', 'ppo-seed-1', 'metrics.jsonl') > 0,
    );
    const child = await first.stopped;
    const second = await runRlpa(compare);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(/ppo-seed-1 is being written to by process/u);
    child.kill('SIGKILL');
    await first.ended;
    expect((await runRlpa(compare)).exitCode).toBe(0);
    expect(fs.existsSync(at('arms', 'comparison.json'))).toBe(true);
  });
});

describe('a killed warm start', () => {
  it('is begun anew by the same command, and leaves a plain model folder', async () => {
    fs.mkdirSync(at('base', '.rlpa'), { recursive: true });
    fs.writeFileSync(at('base', '.rlpa', 'manifest.jsonl'), '{"format":1,"kind":"base"}\n');
    fs.writeFileSync(at('base', 'tokenizer.json'), '{"half');
    const args = ['warm-start', '--preset', 'tiny', '--out', at('base')];
    expect((await runRlpa(args)).exitCode).toBe(0);
    expect(fs.readdirSync(at('base'))).toContain('provenance.json');
    expect(fs.readdirSync(at('base'))).not.toContain('.rlpa');
    expect((await runRlpa(args)).exitCode).toBe(2);
  });
});

describe('a damaged log', () => {
  it('stops a resume and says what to do', async () => {
    fs.cpSync(at('whole'), at('damaged'), { recursive: true });
    const lines = readText('damaged', 'metrics.jsonl').split('\n');
    fs.writeFileSync(at('damaged', 'metrics.jsonl'), `${lines.slice(0, 5).join('\n')}\n`);
    const more = ['train', '--out', at('damaged'), '--resume', '--iterations', '7'];
    const refused = await runRlpa(more);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toMatch(/metrics\.jsonl is damaged: it holds \d+ bytes, and held \d+/u);
    expect(refused.stderr).toContain('goes on from iteration-00005');
    fs.rmSync(at('damaged', 'checkpoints', 'iteration-00006'), { recursive: true });
    expect((await runRlpa(more)).exitCode).toBe(0);
    expect(readText('damaged', 'metrics.jsonl')).toContain(readText('whole', 'metrics.jsonl'));
  });
});
