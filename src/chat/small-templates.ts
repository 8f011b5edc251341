/**
 * Chat templates of the package's own small models.
 *
 * The program's note has the role system and its own tag. Both templates write every message the
 * same way wherever it stands, so a conversation only ever grows at its end.
 */

/** Tokens both templates write; special in every vocabulary of ours. */
export const smallChatTokens = ['<|user|>', '<|note|>', '<|assistant|>'] as const;

const tags =
  "{%- set tags = {'user': '<|user|>', 'system': '<|note|>', 'assistant': '<|assistant|>'} -%}";

/**
 * For vocabularies of words: `<|user|> MESSAGE <|note|> NOTE <|assistant|> OUTPUT`, one blank apart.
 */
export const smallChatTemplate = [
  tags,
  "{%- for message in messages -%}{{ tags[message.role] + ' ' + message.content + ' ' }}{%- endfor -%}",
  "{%- if add_generation_prompt -%}{{ '<|assistant|> ' }}{%- endif -%}",
].join('');

/**
 * For vocabularies of bytes, where blanks are tokens too: a message a line, and an output begins
 * right behind its tag. A blank stays before messages, so that their first word is the token it is
 * elsewhere.
 */
export const lineChatTemplate = [
  tags,
  '{%- for message in messages -%}',
  "{{ tags[message.role] + ('' if message.role == 'assistant' else ' ') + message.content + '\\n' }}",
  '{%- endfor -%}',
  "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}",
].join('');
