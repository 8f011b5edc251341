/** The conversation: messages, replies as they are written, and under each what it taught. */
import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import {
  beganAnew,
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
  takesNotes,
  type Exchange,
} from './conversation.ts';
import { useEndInSight } from './end-in-sight.ts';
import { focusOn } from './focus-on.ts';
import { hasStore } from './profile.ts';
import { fault, model } from './session.ts';
import { tellChange, tellRefused } from './tell-change.ts';

/** Characters of a message that the server reads. */
const longestMessage = 200_000;

export function ChatView(): JSX.Element {
  const scroll = useEndInSight(exchanges.value.at(-1));
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
        <button
          type="button"
          onClick={() => {
            startOver();
            focusOn('message');
          }}
          disabled={exchanges.value.length === 0}
        >
          New conversation
        </button>
      </div>
      <div class="scroll" role="region" aria-label="Conversation" tabIndex={0} ref={scroll}>
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
      {beganAnew.value !== '' && <p class="note">{beganAnew.value}</p>}
      <p>
        Say something about yourself.
        {takesNotes.value && ' What is learnt appears in the profile, with your words.'}
      </p>
      <p class="soft">{model.value?.rlpa.about}</p>
      <div class="examples">
        {model.value?.rlpa.examples.map((example) => (
          <button key={example} type="button" onClick={() => void send(example)}>
            {example}
          </button>
        ))}
      </div>
      {!hasStore.value && <p class="soft">This server keeps no profiles.</p>}
      {hasStore.value && !remembers.value && (
        <p class="soft">Memory is off: nothing is read and nothing is kept.</p>
      )}
    </div>
  );
}

function Shown({ exchange }: { readonly exchange: Exchange }): JSX.Element {
  const { message, reply, report, state, failure } = exchange;
  return (
    <li>
      <p class="bubble mine">
        <span class="unseen">You: </span>
        <span dir="auto">{message}</span>
      </p>
      {(reply !== '' || state === 'writing') && (
        <p class="bubble" aria-busy={state === 'writing'}>
          <span class="unseen">Reply: </span>
          <span dir="auto">{reply === '' ? '…' : reply}</span>
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
              {tellRefused(refused)}
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
  // Stop goes with the reply; whoever is on it goes back to the message.
  useSignalEffect(() => {
    if (!isWriting.value && document.activeElement?.id === 'stop') focusOn('message');
  });
  const submit = (): void => {
    if (isWriting.value || draft.value.trim() === '') return;
    if (draft.value.length > longestMessage) {
      fault.value = `A message has at most ${longestMessage} characters; this one has ${draft.value.length}.`;
      return;
    }
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
        dir="auto"
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
      {/* Beside Send, not in its place: a second press on Stop would send the draft. */}
      {isWriting.value && (
        <button id="stop" type="button" onClick={leave}>
          Stop
        </button>
      )}
      <button type="submit" class="primary" disabled={isWriting.value}>
        Send
      </button>
    </form>
  );
}
