import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../base/index.ts';
import { listModelShapes } from '../weights/parameters.ts';
import { listAllProjections } from '../weights/policy-weights.ts';
import {
  loadAdapter,
  loadModelFolder,
  readSafetensors,
  saveAdapter,
  saveModelFolder,
  writeSafetensors,
  type NamedTensor,
} from './index.ts';
import { expectRefusal } from './testing/expect-refusal.ts';

const fixture = path.resolve(import.meta.dirname, '../../../test/fixtures/qwen2-tiny');
const makeFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'files-'));
const readJson = (file: string): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;

/** A copy of the fixture model whose parts a test spoils. */
function copyModel(change: (folder: string) => void): string {
  const folder = makeFolder();
  fs.cpSync(fixture, folder, { recursive: true });
  for (const name of fs.readdirSync(folder)) fs.chmodSync(path.join(folder, name), 0o755);
  change(folder);
  return folder;
}

function changeJson(folder: string, name: string, change: Record<string, unknown>): void {
  const file = path.join(folder, name);
  fs.chmodSync(file, 0o644);
  fs.writeFileSync(file, JSON.stringify({ ...readJson(file), ...change }));
}

function changeWeights(folder: string, change: (tensors: Map<string, NamedTensor>) => void): void {
  const file = path.join(folder, 'model.safetensors');
  const tensors = readSafetensors(file);
  change(tensors);
  writeSafetensors(file, tensors);
}

describe('a model folder', () => {
  const load = (folder: string): ReturnType<typeof loadModelFolder> =>
    loadModelFolder(folder, listModelShapes);

  it('comes back as it was saved, with the tokenizer files', () => {
    const { config, weights } = load(fixture);
    const from = makeFolder();
    fs.writeFileSync(path.join(from, 'tokenizer.json'), '{"a": 1}');
    const folder = path.join(makeFolder(), 'model');
    saveModelFolder(folder, {
      config,
      weights,
      shapes: listModelShapes(config),
      companionsFrom: from,
    });
    expect(load(folder)).toEqual({ config, weights });
    expect(fs.readFileSync(path.join(folder, 'tokenizer.json'), 'utf8')).toBe('{"a": 1}');
    expect(readJson(path.join(folder, 'generation_config.json'))['eos_token_id']).toBe(1);
    expect(fs.readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('may be cut into several weight files', () => {
    const folder = copyModel((target) => {
      const all = [...readSafetensors(path.join(target, 'model.safetensors'))];
      const parts = { 'a.safetensors': all.slice(0, 5), 'b.safetensors': all.slice(5) };
      for (const [name, part] of Object.entries(parts)) {
        writeSafetensors(path.join(target, name), part);
      }
      const map = Object.entries(parts).flatMap(([file, part]) =>
        part.map(([name]) => [name, file]),
      );
      fs.writeFileSync(
        path.join(target, 'model.safetensors.index.json'),
        JSON.stringify({ weight_map: Object.fromEntries(map) as unknown }),
      );
      fs.rmSync(path.join(target, 'model.safetensors'));
    });
    expect(load(folder)).toEqual(load(fixture));
    fs.rmSync(path.join(folder, 'b.safetensors'));
    expectRefusal(() => load(folder), /b\.safetensors/);
    fs.writeFileSync(path.join(folder, 'model.safetensors.index.json'), '{"weight_map": 3}');
    expectRefusal(() => load(folder), /weight_map/);
  });

  it('that is impossible is refused, naming what is wrong', () => {
    expectRefusal(() => load(makeFolder()), /no config\.json/);
    const withoutWeights = copyModel((folder) => fs.rmSync(path.join(folder, 'model.safetensors')));
    expectRefusal(() => load(withoutWeights), /expected model\.safetensors or/);
    const wider = copyModel((folder) => changeJson(folder, 'config.json', { vocab_size: 97 }));
    expectRefusal(() => load(wider), /embed_tokens\.weight of shape \[97, 32\], found \[96, 32\]/);
    const untied = copyModel((folder) =>
      changeJson(folder, 'config.json', { tie_word_embeddings: false }),
    );
    expectRefusal(() => load(untied), /lm_head\.weight of shape \[96, 32\], found nothing/);
    const unbiased = copyModel((folder) =>
      changeJson(folder, 'config.json', { model_type: 'llama' }),
    );
    expectRefusal(() => load(unbiased), /_proj\.bias, which a llama model does not have/);
    const broken = copyModel((folder) =>
      changeWeights(folder, (tensors) => tensors.get('model.norm.weight')?.data.fill(Number.NaN)),
    );
    expectRefusal(() => load(broken), /model\.norm\.weight: .*found NaN/);
    const malformed = copyModel((folder) => {
      fs.writeFileSync(path.join(folder, 'config.json'), '{');
    });
    expectRefusal(() => load(malformed), /not valid JSON/, DataError);
  });

  it('may hold what follows from the rest', () => {
    const folder = copyModel((target) =>
      changeWeights(target, (tensors) => {
        const table = tensors.get('model.embed_tokens.weight');
        if (table) tensors.set('lm_head.weight', table);
      }),
    );
    expect(load(folder).weights.has('lm_head.weight')).toBe(false);
  });
});

describe('an adapter', () => {
  const projections = listAllProjections(loadModelFolder(fixture, listModelShapes).config);
  const source = path.join(fixture, 'adapter');
  const load = (folder: string): ReturnType<typeof loadAdapter> => loadAdapter(folder, projections);
  const copyAdapter = (change: Record<string, unknown>): string => {
    const folder = copyModel(() => undefined);
    for (const name of fs.readdirSync(source))
      fs.chmodSync(path.join(folder, 'adapter', name), 0o644);
    changeJson(path.join(folder, 'adapter'), 'adapter_config.json', change);
    return path.join(folder, 'adapter');
  };

  it('written by PEFT is read, and comes back as it was saved', () => {
    const adapter = load(source);
    expect([adapter.rank, adapter.alpha, adapter.weights.size]).toEqual([4, 8, 14]);
    const folder = makeFolder();
    saveAdapter(folder, { ...adapter, baseModel: { name: 'base' } });
    const again = load(folder);
    expect(again.weights).toEqual(adapter.weights);
    expect([...again.targets].sort()).toEqual([...adapter.targets].sort());
    const keys = (from: string): readonly string[] =>
      [...readSafetensors(path.join(from, 'adapter_model.safetensors')).keys()].sort();
    expect(keys(folder)).toEqual(keys(source));
  });

  it('of another kind is refused by its key', () => {
    const cases: readonly [Record<string, unknown>, RegExp][] = [
      [{ use_dora: true }, /use_dora/],
      [{ use_rslora: true }, /use_rslora/],
      [{ bias: 'all' }, /bias/],
      [{ modules_to_save: ['lm_head'] }, /modules_to_save/],
      [{ rank_pattern: { q_proj: 2 } }, /rank_pattern/],
      [{ target_modules: 'all-linear' }, /target_modules/],
      [{ peft_type: 'IA3' }, /peft_type/],
      [{ init_lora_weights: 'pissa' }, /init_lora_weights/],
      [{ layers_to_transform: [0] }, /layers_to_transform/],
    ];
    for (const [change, text] of cases) expectRefusal(() => load(copyAdapter(change)), text);
  });

  it('of another model is refused', () => {
    expectRefusal(
      () => load(copyAdapter({ r: 5 })),
      /lora_A\.weight of shape \[5, 32\], found \[4, 32\]/,
    );
    expectRefusal(
      () => load(copyAdapter({ target_modules: ['q_proj'] })),
      /for q_proj only, found/,
    );
    expectRefusal(() => loadAdapter(source, projections.slice(0, 7)), /found .*layers\.1/);
    expectRefusal(() => load(makeFolder()), /adapter_config/, DataError);
  });
});
