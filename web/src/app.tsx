/** The frame of the page: which view is open, who speaks, and what did not work. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { ChatView } from './chat-view.tsx';
import { ProfilePanel } from './profile-panel.tsx';
import { entries } from './profile.ts';
import { RunsView } from './runs-view.tsx';
import { announced, fault, key, model, needsKey, user } from './session.ts';
import { enter } from './visit.ts';

type View = 'chat' | 'profile' | 'runs';

const readView = (): View => {
  const { hash } = window.location;
  return hash === '#runs' ? 'runs' : hash === '#profile' ? 'profile' : 'chat';
};
const view = signal<View>(readView());
window.addEventListener('hashchange', () => (view.value = readView()));

export function App(): JSX.Element {
  const current = (name: View): { 'aria-current'?: 'page' } =>
    view.value === name ? { 'aria-current': 'page' } : {};
  return (
    <>
      <header>
        <h1>rlpa</h1>
        <nav aria-label="Views">
          <a href="#chat" {...current('chat')}>
            Chat
          </a>
          <a href="#profile" class="narrow" {...current('profile')}>
            Profile ({entries.value.length})
          </a>
          <a href="#runs" {...current('runs')}>
            Training runs
          </a>
        </nav>
        <Who />
      </header>
      <p class="unseen" role="status">
        {announced.value}
      </p>
      {fault.value !== '' && (
        <p class="fault" role="alert">
          {fault.value}
        </p>
      )}
      {needsKey.value ? (
        <main>
          <EnterForm />
        </main>
      ) : view.value === 'runs' ? (
        <RunsView />
      ) : (
        <main class={`talk shows-${view.value}`}>
          <ChatView />
          <ProfilePanel />
        </main>
      )}
    </>
  );
}

function Who(): JSX.Element {
  return (
    <details
      class="who"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector('summary')?.focus();
      }}
    >
      <summary>
        {model.value?.id ?? 'no model'} · {user.value}
      </summary>
      <div class="sheet">
        <p>{model.value?.rlpa.about}</p>
        <EnterForm />
      </div>
    </details>
  );
}

function EnterForm(): JSX.Element {
  return (
    <form
      class="enter"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        enter(String(given.get('user')).trim(), String(given.get('key')).trim());
        const sheet = event.currentTarget.closest('details');
        sheet?.removeAttribute('open');
        sheet?.querySelector('summary')?.focus();
      }}
    >
      <label>
        Whose profile
        <input
          name="user"
          required
          maxLength={200}
          pattern="(?!\s*\.{1,2}\s*$).*\S.*"
          title="A name or number of yours; not . or .."
          value={user.value}
          autocomplete="off"
        />
      </label>
      <label>
        Key of the server, if it asks for one
        <input
          name="key"
          type="password"
          pattern="\s*[\x21-\x7e]*\s*"
          title="Letters, digits and marks of a plain keyboard"
          value={key.value}
          autocomplete="off"
        />
      </label>
      <button type="submit">Enter</button>
    </form>
  );
}
