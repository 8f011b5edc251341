import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findModelFile, isGgufPath } from './index.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-place-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

describe('the place of a model', () => {
  it('is a GGUF file by its ending alone', () => {
    expect(['a.gguf', '/b/C.GGUF', 'gguf', 'a.gguf/b'].map(isGgufPath)).toEqual([
      ...[true, true],
      ...[false, false],
    ]);
  });

  it('is found where it is a folder with its files', () => {
    fs.writeFileSync(path.join(root, 'config.json'), '{}');
    expect(findModelFile(root, 'config.json')).toBe(path.join(root, 'config.json'));
  });

  it('is named where a folder only holds a GGUF file', () => {
    const file = path.join(root, 'SmolLM2.Q4_1.gguf');
    fs.writeFileSync(file, '');
    expect(() => findModelFile(root, 'tokenizer.json')).toThrow(
      expect.objectContaining({
        code: 'model_missing',
        message: `${root} is not a model folder: it has no tokenizer.json.`,
        hint: `It holds a GGUF file; name that: ${file}`,
      }),
    );
  });

  it.each(['nowhere', 'config.json'])('is missed at %s', (name) => {
    expect(() => findModelFile(path.join(root, name), 'tokenizer.json')).toThrow(
      expect.objectContaining({
        hint: expect.stringContaining('Give a Hugging Face model folder'),
      }),
    );
  });
});
