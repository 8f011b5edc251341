/** Model folders that somebody made to harm whoever opens them: refused at once, by file and key. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DataError } from '../../base/index.ts';
import { listModelShapes } from '../weights/parameters.ts';
import { listAllProjections } from '../weights/policy-weights.ts';
import {
  copyCompanions,
  loadAdapter,
  loadModelFolder,
  parseModelConfig,
  readSafetensors,
  saveAdapter,
  saveModelFolder,
} from './index.ts';
import { checkMemory } from './memory.ts';
import { expectRefusal } from './testing/expect-refusal.ts';

const fixture = path.resolve(import.meta.dirname, '../../../test/fixtures/qwen2-tiny');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'hostile-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const makeFolder = (): string => fs.mkdtempSync(path.join(scratch, 'folder-'));
const load = (folder: string): ReturnType<typeof loadModelFolder> =>
  loadModelFolder(folder, listModelShapes);
const config = JSON.parse(fs.readFileSync(path.join(fixture, 'config.json'), 'utf8')) as object;

/** A copy of the fixture in which one file is made anew; null leaves it out. */
function withFile(name: string, make: ((file: string) => void) | null): string {
  const folder = makeFolder();
  fs.cpSync(fixture, folder, { recursive: true });
  fs.chmodSync(folder, 0o755);
  fs.rmSync(path.join(folder, name), { force: true });
  make?.(path.join(folder, name));
  return folder;
}

const makeFifo = (file: string): void => void execFileSync('mkfifo', [file]);
const writeJson =
  (value: unknown) =>
  (file: string): void =>
    fs.writeFileSync(file, JSON.stringify(value));
const makeSparse =
  (bytes: number, start: Buffer = Buffer.alloc(0)) =>
  (file: string): void => {
    fs.writeFileSync(file, start);
    fs.truncateSync(file, bytes);
  };

/** The beginning of a weights file: the length of the header, and the header. */
function weightsHeader(header: unknown, length?: bigint): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([size, text]);
}

describe('every number of config.json has limits', () => {
  const cases: readonly [string, readonly unknown[]][] = [
    ['vocab_size', [0, 2 ** 21 + 1, 1.5]],
    ['hidden_size', [-32, 1e9]],
    ['intermediate_size', [0, 1e12]],
    ['num_hidden_layers', [0, 1e6]],
    ['num_attention_heads', [0, 1e5]],
    ['num_key_value_heads', [0, 1e5]],
    ['head_dim', [0, 1e5]],
    ['rope_theta', [0, 1e20]],
    ['rms_norm_eps', [0, 1e-300, 1]],
    ['max_position_embeddings', [0, 1e12]],
    ['initializer_range', [0, 1e9]],
    ['eos_token_id', [-1, 96, [1, 97]]],
  ];
  it.each(cases)('%s', (key, values) => {
    for (const value of values) {
      const text = new RegExp(`^c\\.json: ${key}.*: .*found (${String(value)}|nothing|.*97)`, 'u');
      expectRefusal(() => parseModelConfig({ ...config, [key]: value }, 'c.json'), text);
    }
  });

  it('before anything is set aside', () => {
    const startMs = performance.now();
    const layers = withFile('config.json', writeJson({ ...config, num_hidden_layers: 1e6 }));
    expectRefusal(() => load(layers), /num_hidden_layers: .*1024, found 1000000/u);
    const large = { ...config, num_hidden_layers: 1024, hidden_size: 2 ** 17, head_dim: 1024 };
    const huge = withFile('config.json', writeJson({ ...large, vocab_size: 2 ** 21 }));
    expectRefusal(() => load(huge), /embed_tokens\.weight of shape \[2097152, 131072\]/u);
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});

describe('weights are looked at before they are read', () => {
  const names = (target: string): object => ({ weight_map: { 'model.norm.weight': target } });

  it.each(['../model.safetensors', '/etc/passwd', 'a/b.safetensors', '..', 'weights.bin', ''])(
    'an index that names "%s"',
    (target) => {
      const folder = withFile('model.safetensors', null);
      fs.writeFileSync(
        path.join(folder, 'model.safetensors.index.json'),
        JSON.stringify(names(target)),
      );
      expectRefusal(
        () => load(folder),
        /index\.json: weight_map\.model\.norm\.weight: expected the name of a \.safetensors file/u,
      );
    },
  );

  it('a sparse file that promises what the configuration does not', () => {
    const entry = { dtype: 'F32', shape: [2 ** 40], data_offsets: [0, 2 ** 42] };
    const start = weightsHeader({ 'model.embed_tokens.weight': entry });
    const folder = withFile('model.safetensors', makeSparse(start.length + 2 ** 42, start));
    expectRefusal(() => load(folder), /embed_tokens\.weight of shape \[96, 32\], found \[1099/u);
  });

  it('a header as large as the file', () => {
    const file = path.join(makeFolder(), 'model.safetensors');
    makeSparse(2 ** 40, weightsHeader({}, 2n ** 40n - 8n))(file);
    expectRefusal(() => readSafetensors(file), /header of at most 16777216 bytes, found 1099/u);
  });

  it('more weights than the machine has memory', () => {
    const shapes = { a: [1000, 1000], b: [24] };
    expect(() => checkMemory('f', shapes, 1, 1_000_024)).not.toThrow();
    expectRefusal(
      () => checkMemory('f', shapes, 4e6, 8e9),
      /f: its weights need 4000\.1 GB, .* 8\.0 GB/u,
    );
  });

  it('the same weight in two files', () => {
    const folder = withFile('model.safetensors', null);
    for (const name of ['a.safetensors', 'b.safetensors']) {
      fs.copyFileSync(path.join(fixture, 'model.safetensors'), path.join(folder, name));
    }
    const map = { weight_map: { x: 'a.safetensors', y: 'b.safetensors' } };
    fs.writeFileSync(path.join(folder, 'model.safetensors.index.json'), JSON.stringify(map));
    expectRefusal(() => load(folder), /expected \S+ once, found it twice/u);
  });
});

describe('what is no file', () => {
  it('is refused before it is opened', () => {
    const refuse = (name: string, make: (file: string) => void, text: RegExp): void => {
      const isText = name === 'config.json';
      const folder = withFile(name, make);
      expectRefusal(() => load(folder), text, isText ? DataError : undefined);
    };
    const makeFolderAt = (file: string): void => void fs.mkdirSync(file);
    refuse('config.json', makeFifo, /config\.json: expected a file, found a named pipe/u);
    refuse('config.json', makeFolderAt, /config\.json: expected a file, found a folder/u);
    refuse('config.json', makeSparse(2 ** 40), /config\.json: expected at most 1048576 bytes/u);
    refuse('model.safetensors', makeFifo, /model\.safetensors: expected a file/u);
    refuse('model.safetensors', makeFolderAt, /model\.safetensors: expected a file/u);
    refuse('tokenizer.json', makeFifo, /tokenizer\.json: expected a file, found a named pipe/u);
    refuse('merges.txt', makeSparse(2 ** 40), /merges\.txt: expected at most 268435456 bytes/u);
    refuse(
      'model.safetensors',
      (file) => fs.symlinkSync('/dev/zero', file),
      /model\.safetensors: expected a file/u,
    );
  });
});

describe('what is copied along', () => {
  it('never leads out of its folder', () => {
    const secret = path.join(scratch, 'secret');
    fs.writeFileSync(secret, 'a key');
    const folder = withFile('vocab.json', (file) => fs.symlinkSync(secret, file));
    expectRefusal(() => load(folder), /vocab\.json: expected a file of this folder, found a link/u);
    const target = makeFolder();
    expectRefusal(() => copyCompanions(folder, target), /found a link/u);
    expect(fs.readdirSync(target)).toEqual([]);
  });

  it('may be a link as the cache of Hugging Face makes them', () => {
    const cache = makeFolder();
    const snapshot = path.join(cache, 'snapshots', 'abc');
    fs.cpSync(fixture, snapshot, { recursive: true });
    fs.mkdirSync(path.join(cache, 'blobs'));
    fs.writeFileSync(path.join(cache, 'blobs', '1234'), '{"a": 1}');
    fs.symlinkSync('../../blobs/1234', path.join(snapshot, 'tokenizer.json'));
    expect(load(snapshot)).toEqual(load(fixture));
    const target = makeFolder();
    expect(copyCompanions(snapshot, target)).toContain('tokenizer.json');
    expect(fs.lstatSync(path.join(target, 'tokenizer.json')).isFile()).toBe(true);
  });

  it('are tokenizer, template and generation settings, beside a model and beside an adapter', () => {
    const texts = {
      'tokenizer.json': '{}',
      'chat_template.jinja': '{{ messages }}',
      'generation_config.json': '{"eos_token_id": [1, 2]}',
    };
    const from = makeFolder();
    for (const [name, text] of Object.entries(texts)) {
      fs.writeFileSync(path.join(from, name), text);
    }
    const model = load(fixture);
    const adapter = loadAdapter(path.join(fixture, 'adapter'), listAllProjections(model.config));
    const [modelFolder, adapterFolder] = [makeFolder(), makeFolder()];
    const shapes = listModelShapes(model.config);
    saveModelFolder(modelFolder, { ...model, shapes, companionsFrom: from });
    saveAdapter(adapterFolder, { ...adapter, baseModel: { name: fixture }, companionsFrom: from });
    for (const folder of [modelFolder, adapterFolder]) {
      for (const [name, text] of Object.entries(texts)) {
        expect(fs.readFileSync(path.join(folder, name), 'utf8')).toBe(text);
      }
    }
  });
});

describe('an adapter', () => {
  const projections = listAllProjections(load(fixture).config);
  const copy = (change: object, weights?: (file: string) => void): string => {
    const folder = makeFolder();
    const file = path.join(fixture, 'adapter', 'adapter_config.json');
    const known = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
    writeJson({ ...known, ...change })(path.join(folder, 'adapter_config.json'));
    weights?.(path.join(folder, 'adapter_model.safetensors'));
    return folder;
  };

  it('has limits too, and is looked at before it is read', () => {
    const refuse = (folder: string, text: RegExp): void =>
      expectRefusal(() => loadAdapter(folder, projections), text);
    refuse(copy({ r: 1e9 }), /adapter_config\.json: r: .*4096, found 1000000000/u);
    refuse(copy({ lora_alpha: 1e300 }), /lora_alpha: .*found 1e\+300/u);
    refuse(copy({}, makeFifo), /adapter_model\.safetensors: expected a file/u);
    const entry = { dtype: 'F32', shape: [2 ** 40], data_offsets: [0, 2 ** 42] };
    const start = weightsHeader({ x: entry });
    refuse(
      copy({}, makeSparse(start.length + 2 ** 42, start)),
      /lora_A\.weight of shape \[4, 32\], found nothing/u,
    );
  });
});
