/** The conversation: messages, replies as they are written, and under each what it taught. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { refusalWords } from '../../src/api/refusals.ts';
import {
  draft,
  editAgain,
  exchanges,
  isWriting,
  remembers,
  send,
  sendAgain,
  startOver,
  stop,
  switchMemory,
  type Exchange,
} from './conversation.ts';
import { focusOn } from './focus-on.ts';
import { hasStore } from './profile.ts';
import { model } from './session.ts';
import { tellChange, tellPlace } from './tell-change.ts';

/** Pixels from the end within which a reader is taken to follow it. */
const nearEnd = 80;

export function ChatView(): JSX.Element {
  const scroll = useRef<HTMLDivElement>(null);
  const followsEnd = useRef(true);
  const last = exchanges.value.at(-1);
  useEffect(() => {
    // Whoever reads further up stays there, until they say something.
    if (last?.state === 'writing' && last.reply === '') followsEnd.current = true;
    if (followsEnd.current) scroll.current?.lastElementChild?.scrollIntoView({ block: 'end' });
  }, [last]);
  return (
    <section class="chat" aria-labelledby="chat-title">
      <div class="bar">
        <h2 id="chat-title">Chat</h2>
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={remembers.value && hasStore.value}
            disabled={!hasStore.value}
            onChange={(event) => switchMemory(event.currentTarget.checked)}
          />
          Memory {remembers.value && hasStore.value ? 'on' : 'off'}
        </label>
        <button type="button" onClick={startOver} disabled={exchanges.value.length === 0}>
          New conversation
        </button>
      </div>
      <div
        class="scroll"
        role="region"
        aria-label="Conversation"
        tabIndex={0}
        ref={scroll}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          followsEnd.current = scrollHeight - scrollTop - clientHeight < nearEnd;
        }}
      >
        {exchanges.value.length === 0 && <Opening />}
        <ol class="exchanges">
          {exchanges.value.map((each) => (
            <Shown key={each.id} exchange={each} />
          ))}
        </ol>
      </div>
      <Composer />
    </section>
  );
}

function Opening(): JSX.Element {
  return (
    <div class="opening">
      <p>Say something about yourself. What is learnt appears in the profile, with your words.</p>
      <p class="soft">{model.value?.rlpa.about}</p>
      <div class="examples">
        {model.value?.rlpa.examples.map((example) => (
          <button key={example} type="button" onClick={() => void send(example)}>
            {example}
          </button>
        ))}
      </div>
      {!remembers.value && <p class="soft">Memory is off: nothing is read and nothing is kept.</p>}
      {!hasStore.value && <p class="soft">This server keeps no profiles.</p>}
    </div>
  );
}

function Shown({ exchange }: { readonly exchange: Exchange }): JSX.Element {
  const { message, reply, report, state, failure } = exchange;
  return (
    <li>
      <p class="bubble mine">
        <span class="unseen">You: </span>
        {message}
      </p>
      {(reply !== '' || state === 'writing') && (
        <p class="bubble" aria-busy={state === 'writing'}>
          <span class="unseen">Reply: </span>
          {reply === '' ? '…' : reply}
        </p>
      )}
      {state === 'stopped' && <p class="note">Stopped. Nothing of this turn is kept.</p>}
      {state === 'left' && (
        <p class="note">The page was loaded again before the reply was there.</p>
      )}
      {failure !== null && <p class="note bad">{failure} The profile is as it was.</p>}
      {state !== 'done' && state !== 'writing' && (
        <p class="actions">
          <button
            type="button"
            disabled={isWriting.value}
            onClick={() => {
              sendAgain(exchange);
              focusOn('message');
            }}
          >
            Send again
          </button>
          <button
            type="button"
            onClick={() => {
              editAgain(exchange);
              focusOn('message');
            }}
          >
            Edit
          </button>
        </p>
      )}
      {report !== null && (
        <ul class="learnt" aria-label="What this turn did to the profile">
          {report.changes.map((change) => (
            <li key={change.sequence} class={`chip ${change.kind}`}>
              {tellChange(change)}
            </li>
          ))}
          {report.refused.map((refused, index) => (
            <li key={`refused-${index}`} class="note">
              Not noted: {tellPlace(refused.slot)} {refused.value} ({refusalWords[refused.reason]}
              ).
            </li>
          ))}
          {report.notices.map((notice) => (
            <li key={notice} class="note">
              {notice}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Composer(): JSX.Element {
  const submit = (): void => {
    if (isWriting.value || draft.value.trim() === '') return;
    void send(draft.value);
    draft.value = '';
    focusOn('message');
  };
  const leave = (): void => {
    stop();
    focusOn('message');
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label class="unseen" for="message">
        Your message
      </label>
      <textarea
        id="message"
        rows={2}
        placeholder="Your message; Enter sends, Shift and Enter begin a line"
        value={draft.value}
        onInput={(event) => (draft.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') stop();
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      {isWriting.value ? (
        // A button of its own: one that turned into Send while it is pressed would send the draft.
        <button key="stop" type="button" onClick={leave}>
          Stop
        </button>
      ) : (
        <button key="send" type="submit" class="primary">
          Send
        </button>
      )}
    </form>
  );
}
