import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  changeNoticeSettings,
  followJob,
  type NoticeSettings,
  useNoticeSettings,
} from '../../../notices/notice-settings.ts';
import styles from './notices-page.module.css';

const REFUSED =
  'The browser refuses notices from this page. Allow them in its settings for this site, then ' +
  'turn them on again.';
const UNKNOWN = 'This browser shows no notices from this page. It needs https, or another browser.';

/** The switch of the browser's notices. The browser is asked only when it is clicked. */
export function BrowserNotices() {
  const settings = useNoticeSettings();
  const [problem, setProblem] = useState<string | null>(null);
  const isOn = settings.on && permission() === 'granted';
  const turnOn = async () => {
    if (typeof Notification === 'undefined') return setProblem(UNKNOWN);
    const answer = await Notification.requestPermission();
    setProblem(answer === 'granted' ? null : REFUSED);
    if (answer === 'granted') changeNoticeSettings({ on: true });
  };
  return (
    <section aria-labelledby="browser-notices">
      <h2 id="browser-notices">In this browser</h2>
      <p>
        {isOn
          ? 'This browser tells you while a page of Renderdeck is open in it.'
          : 'This browser tells you nothing.'}
      </p>
      <p role="alert" className={styles.error}>
        {problem}
      </p>
      {isOn ? (
        <>
          <Choices settings={settings} />
          <Button size="xs" variant="default" onClick={() => changeNoticeSettings({ on: false })}>
            Turn off
          </Button>
        </>
      ) : (
        <Button size="xs" variant="default" onClick={() => void turnOn()}>
          Turn on
        </Button>
      )}
    </section>
  );
}

function Choices({ settings: { own, unproven, followed } }: { settings: NoticeSettings }) {
  return (
    <fieldset className={styles.choices}>
      <legend className="visually-hidden">What this browser tells</legend>
      <label>
        <input type="checkbox" checked={own} onChange={() => changeNoticeSettings({ own: !own })} />
        A job that I submitted ends
      </label>
      <label>
        <input
          type="checkbox"
          checked={unproven}
          onChange={() => changeNoticeSettings({ unproven: !unproven })}
        />
        A stop of any job is not proven
      </label>
      <p>
        {followed.length === 0
          ? 'You follow no job. A job has the button “Follow” on its page.'
          : 'You follow:'}
      </p>
      <ul>
        {followed.map((id) => (
          <FollowedJob key={id} id={id} onUnfollow={() => followJob(id, false)} />
        ))}
      </ul>
    </fieldset>
  );
}

function permission(): NotificationPermission | 'unknown' {
  return typeof Notification === 'undefined' ? 'unknown' : Notification.permission;
}

/** A job that the user follows, by its short id: it may be of a page that is not loaded. */
function FollowedJob({ id, onUnfollow }: { id: string; onUnfollow: () => void }) {
  const short = id.slice(0, 8);
  return (
    <li>
      <Link to="/jobs/$id" params={{ id }}>
        Job {short}
      </Link>{' '}
      <button
        type="button"
        className="link-button"
        aria-label={`Unfollow job ${short}`}
        onClick={onUnfollow}
      >
        Unfollow
      </button>
    </li>
  );
}
