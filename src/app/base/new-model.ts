/** What a new model is made of before it is trained: its tokenizer and its shape. */
import type { RandomSource } from '../../base/index.ts';
import { lineChatTemplate, smallChatTemplate, smallChatTokens } from '../../chat/index.ts';
import type { ModelConfig } from '../../policy/index.ts';
import { protocolTags } from '../../protocol/index.ts';
import {
  createWordLevelTokenizer,
  trainByteLevelBpe,
  type TokenizerFiles,
} from '../../tokenizer/index.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import type { Settings } from '../settings/schema.ts';

/** Makes the tokenizer of a world: over its words, or learnt from its texts. */
export async function createTokenizerFiles(
  opened: OpenedWorld,
  { warmStart }: Pick<Settings, 'warmStart'>,
  random: RandomSource,
): Promise<TokenizerFiles> {
  const stopToken = protocolTags[3];
  const vocabulary = await opened.collectVocabulary(random);
  if (vocabulary.kind === 'words') {
    return createWordLevelTokenizer({
      stopToken,
      chatTemplate: smallChatTemplate,
      words: vocabulary.words,
      specials: [...smallChatTokens, ...vocabulary.specials],
    });
  }
  return trainByteLevelBpe(vocabulary.texts, {
    stopToken,
    chatTemplate: lineChatTemplate,
    vocabularySize: warmStart.model.vocabularySize,
    specials: [...smallChatTokens, ...protocolTags],
  });
}

/** Composes the shape of the new model. */
export function createModelConfig(
  settings: Pick<Settings, 'warmStart'>,
  vocabularySize: number,
  eosTokenIds: readonly number[],
): ModelConfig {
  const { model } = settings.warmStart;
  return {
    modelType: 'qwen2',
    vocabularySize,
    hiddenSize: model.hiddenSize,
    intermediateSize: model.intermediateSize,
    layerCount: model.layerCount,
    headCount: model.headCount,
    kvHeadCount: model.kvHeadCount,
    headDim: model.headDim ?? model.hiddenSize / model.headCount,
    ropeTheta: model.ropeTheta,
    rmsNormEpsilon: 1e-6,
    tieEmbeddings: true,
    attentionBias: true,
    outputBias: false,
    queryKeyNorm: false,
    contextTokens: model.contextTokens,
    initializerRange: model.initializerRange,
    eosTokenIds,
  };
}
