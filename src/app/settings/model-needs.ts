/** Which remote models a configuration asks for, where each is set up, and how it is booked. */
import type { ModelNeed, WorldDefinition, WorldModels } from '../../worlds/index.ts';
import type { ModelsSettings, WorldSettings } from './schema.ts';

/** What models do, as books and estimates name it. */
export const modelRoles = ['user', 'judge', 'matcher'] as const;

export type ModelRole = (typeof modelRoles)[number];

/** Clients of a run. `matcher` and `embeddings` both match items; the one asks in words. */
export type ClientName = keyof WorldModels | 'judge';

/** Section of the settings that a client is found under, and the role it is booked as. */
export const clientTable = {
  user: { section: 'user', role: 'user' },
  judge: { section: 'judge', role: 'judge' },
  matcher: { section: 'judge', role: 'matcher' },
  embeddings: { section: 'embeddings', role: 'matcher' },
} as const satisfies Record<ClientName, { section: keyof ModelsSettings; role: ModelRole }>;

export type ClientNeed = Omit<ModelNeed, 'model'> & { readonly client: ClientName };

/** Lists the clients that a world's settings ask for: the judge that any world may have, then its own. */
export function listModelNeeds(definition: WorldDefinition, world: WorldSettings): ClientNeed[] {
  const own = definition.listModels?.(world) ?? [];
  return [
    ...(world.judge.kind === 'model'
      ? [{ client: 'judge' as const, because: 'world.judge.kind is model' }]
      : []),
    ...own.map(({ model, ...need }) => ({ client: model, ...need })),
  ];
}
