/** What the rest of the package asks of a tokenizer. */

export interface Tokenizer {
  readonly vocabularySize: number;
  /** Ids that end an assistant turn. */
  readonly stopIds: readonly number[];
  /** Encodes text as it stands: special tokens written in the text map to their ids, none are added. */
  encode(text: string): number[];
  /** Decodes ids; special tokens are written out unless `skipSpecial`. */
  decode(ids: readonly number[], options?: { readonly skipSpecial?: boolean }): string;
}
