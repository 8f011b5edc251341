/** A model of an OpenAI-compatible server in the place of a policy: `https://host/v1#model`. */
import { ConfigError } from '../../base/index.ts';
import type { PartialSettings } from '../settings/resolve.ts';

export type RemotePolicy = {
  readonly kind: 'remote';
  readonly name: string;
  /** Nothing says what world it was made for, and it was shown no demonstration. */
  readonly world: null;
  readonly learntIn: null;
  /** Where it is, as settings. */
  readonly settings: PartialSettings;
};

/** Reads a policy that is named by an address; null for anything else. Throws `ConfigError` without a model. */
export function parseRemotePolicy(text: string): RemotePolicy | null {
  if (!/^https?:\/\//iu.test(text)) return null;
  const [baseUrl = '', ...rest] = text.split('#');
  const model = rest.join('#');
  if (model === '' || !URL.canParse(baseUrl)) {
    throw new ConfigError(
      'remote_policy_malformed',
      'Expected a remote policy as ADDRESS#MODEL, found no model or no address.',
      { hint: 'For example --policy http://127.0.0.1:11434/v1#qwen2.5:3b' },
    );
  }
  const settings = { models: { policy: { baseUrl, model } } };
  return { kind: 'remote', name: model, world: null, learntIn: null, settings };
}
