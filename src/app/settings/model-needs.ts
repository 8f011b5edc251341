/** Which remote models a configuration asks for, where each is set up, and how it is booked. */
import type { ModelNeed, WorldDefinition, WorldModels } from '../../worlds/index.ts';
import type { ModelSection } from './consent.ts';
import type { Settings } from './schema.ts';

/** What models do, as books and estimates name it. */
export const modelRoles = ['user', 'judge', 'matcher'] as const;

export type ModelRole = (typeof modelRoles)[number];

/** Clients there may be. `matcher` and `embeddings` both match items; the one asks in words. */
export type ClientName = keyof WorldModels | 'judge' | 'policy';

/** Section of the settings that a client is found under, and the role it is booked as. */
export const clientTable = {
  policy: { section: 'policy', role: 'policy' },
  user: { section: 'user', role: 'user' },
  judge: { section: 'judge', role: 'judge' },
  matcher: { section: 'judge', role: 'matcher' },
  embeddings: { section: 'embeddings', role: 'matcher' },
} as const satisfies Record<ClientName, { section: ModelSection; role: ModelRole | 'policy' }>;

export type ClientNeed = Omit<ModelNeed, 'model'> & { readonly client: ClientName };

/** Lists the clients that the settings ask for: a remote policy, the judge that any world may have, then the world's own. */
export function listModelNeeds(
  definition: WorldDefinition,
  { world, models }: Pick<Settings, 'world' | 'models'>,
): ClientNeed[] {
  const own = definition.listModels?.(world) ?? [];
  const { baseUrl, model } = models.policy;
  return [
    ...(baseUrl === null && model === null
      ? []
      : [{ client: 'policy' as const, because: 'the policy is a remote model' }]),
    ...(world.judge.kind === 'model'
      ? [{ client: 'judge' as const, because: 'world.judge.kind is model' }]
      : []),
    ...own.map(({ model, ...need }) => ({ client: model, ...need })),
  ];
}
