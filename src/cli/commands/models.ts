/** `rlpa models`: what is in the cache, what comes and goes, and models for other programs. */
import {
  describePull,
  exportModel,
  listModels,
  pull,
  removeModel,
  type CachedModel,
  type WrittenPacking,
} from '../../app/index.ts';
import { ConfigError } from '../../base/index.ts';
import { renderTable } from '../../eval/index.ts';
import { describeBytes, renderPlan } from '../../hub/index.ts';
import { defineRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { requireOut } from '../require-out.ts';

type ModelsFlags = {
  readonly action: 'list' | 'pull' | 'remove' | 'export';
  readonly model?: string;
  readonly out?: string;
  readonly packing?: WrittenPacking;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

export const runModels = defineRunner<ModelsFlags>(async (flags, context) => {
  checkFlags(flags);
  await actions[flags.action](flags, context);
});

type Action = (flags: ModelsFlags, context: CommandContext) => Promise<void>;

const actions: Readonly<Record<ModelsFlags['action'], Action>> = {
  list: async ({ json }, context) => {
    const models = listModels(context);
    context.print(json === true ? JSON.stringify(models) : renderModels(models, context.rlpa));
  },
  pull: async (flags, context) => {
    const name = needModel(flags);
    if (flags.dryRun === true) {
      const plan = await describePull(name, context);
      context.print(flags.json === true ? JSON.stringify(plan) : renderPlan(plan));
      return;
    }
    const place = await pull(name, context);
    context.print(flags.json === true ? JSON.stringify({ name, place }) : place);
  },
  remove: async (flags, context) => {
    const name = needModel(flags);
    const sizeBytes = removeModel(name, context);
    const text = `removed ${name}, ${describeBytes(sizeBytes)}`;
    context.print(flags.json === true ? JSON.stringify({ name, sizeBytes }) : text);
  },
  export: async (flags, context) => {
    const out = requireOut(flags.out, 'models export');
    await exportModel({ ...context, model: needModel(flags), out, packing: flags.packing });
    context.print(flags.json === true ? JSON.stringify({ out }) : `wrote ${out}`);
  },
};

/** Flags of one action each. */
const owners = { out: 'export', packing: 'export', dryRun: 'pull' } as const;

function checkFlags(flags: ModelsFlags): void {
  const wrong = (Object.keys(owners) as (keyof typeof owners)[]).find(
    (name) => flags[name] !== undefined && owners[name] !== flags.action,
  );
  if (wrong === undefined && !(flags.action === 'list' && flags.model !== undefined)) return;
  const what = wrong === undefined ? 'a name' : `--${wrong === 'dryRun' ? 'dry-run' : wrong}`;
  throw new ConfigError('flag_unused', `models ${flags.action} has no use for ${what}.`, {
    hint: 'rlpa models --help shows what each action takes.',
  });
}

function needModel({ action, model }: ModelsFlags): string {
  if (model !== undefined) return model;
  throw new ConfigError(
    'model_unnamed',
    `models ${action}: expected the name of a model, found none.`,
    {
      hint: `For example rlpa models ${action} hf:HuggingFaceTB/SmolLM2-135M-Instruct`,
    },
  );
}

function renderModels(models: readonly CachedModel[], rlpa: string): string {
  if (models.length === 0)
    return `No model of a hub is in the cache: ${rlpa} models pull hf:OWNER/NAME`;
  const columns = ['name', 'revision', 'size', 'files'].map((title) => ({
    title,
    align: title === 'size' ? ('right' as const) : ('left' as const),
  }));
  const rows = models.map(({ repository, commit, references, sizeBytes, isUsable, ggufFiles }) => [
    `hf:${repository}`,
    [...references, commit.slice(0, 12)].join(' '),
    describeBytes(sizeBytes),
    ggufFiles.length > 0 ? ggufFiles.join(' ') : isUsable ? 'folder' : 'incomplete',
  ]);
  return renderTable(columns, rows);
}
