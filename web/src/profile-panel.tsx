/** What is known of the person: entries with the words that taught them, the time line, export and erasure. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { takesNotes } from './conversation.ts';
import { EntryCard } from './entry-card.tsx';
import { notBlank } from './not-blank.ts';
import {
  add,
  changes,
  download,
  entries,
  hasStore,
  nextChanges,
  readOlderChanges,
} from './profile.ts';
import { attempt, model } from './session.ts';
import { tellChange, tellPlace } from './tell-change.ts';
import { erase } from './visit.ts';

export function ProfilePanel(): JSX.Element {
  return (
    <section class="profile" aria-labelledby="profile-title">
      <div class="bar">
        <h2 id="profile-title" tabIndex={-1}>
          Profile
        </h2>
        <button type="button" onClick={() => void download()} disabled={!hasStore.value}>
          Export
        </button>
        <EraseAll />
      </div>
      <div class="scroll" role="region" aria-label="What is known of you" tabIndex={0}>
        {entries.value.length === 0 && (
          <p class="soft">
            Nothing is known yet.{takesNotes.value && ' What you say of yourself will stand here.'}
          </p>
        )}
        <ul class="entries">
          {entries.value.map((entry) => (
            <EntryCard key={entry.id} entry={entry} />
          ))}
        </ul>
        {hasStore.value && <AddForm />}
        <TimeLine />
      </div>
    </section>
  );
}

function AddForm(): JSX.Element {
  return (
    <details class="fold">
      <summary>Add something yourself</summary>
      <form
        class="inline"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const given = new FormData(form);
          void add(String(given.get('slot')), String(given.get('value'))).then((id) => {
            if (id !== null) form.reset();
          });
        }}
      >
        <label>
          What
          <select name="slot">
            {model.value?.rlpa.slots.map(({ name }) => (
              <option key={name} value={name}>
                {tellPlace(name)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Value
          <input
            name="value"
            required
            maxLength={400}
            {...notBlank}
            dir="auto"
            autocomplete="off"
          />
        </label>
        <button type="submit">Add</button>
      </form>
    </details>
  );
}

function TimeLine(): JSX.Element {
  return (
    <details class="fold">
      <summary>Time line of changes</summary>
      {changes.value.length === 0 && <p class="soft">Nothing has changed yet.</p>}
      <ol class="time-line">
        {changes.value.map((change) => (
          <li key={change.sequence}>
            <time dateTime={change.at}>{tellTime(change.at)}</time> {tellChange(change)}
            {change.entry?.evidence.at(-1) !== undefined && change.kind !== 'corrected' && (
              <q dir="auto">{change.entry.evidence.at(-1)?.quote}</q>
            )}
          </li>
        ))}
      </ol>
      {nextChanges.value !== null && (
        <button type="button" onClick={() => void attempt(readOlderChanges)}>
          Older changes
        </button>
      )}
    </details>
  );
}

/** A time as the person's own clock shows it. */
export function tellTime(time: string): string {
  return new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

function EraseAll(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const isErasing = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="bad"
        disabled={!hasStore.value}
        onClick={() => dialog.current?.showModal()}
      >
        Erase all
      </button>
      <dialog ref={dialog} aria-labelledby="erase-title">
        <h3 id="erase-title">Erase everything about you?</h3>
        <p>
          All entries, their history, your messages and the replies are deleted from the server for
          good. Export them first if you want to keep them.
        </p>
        <div class="bar">
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep
          </button>
          <button
            type="button"
            class="bad"
            disabled={isErasing.value}
            onClick={() => {
              isErasing.value = true;
              void erase().then(() => {
                isErasing.value = false;
                dialog.current?.close();
              });
            }}
          >
            Erase for good
          </button>
        </div>
      </dialog>
    </>
  );
}
