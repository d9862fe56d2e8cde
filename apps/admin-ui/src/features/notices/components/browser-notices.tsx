import { Button, Checkbox, List, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Failure } from '../../../components/dialog.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import {
  changeNoticeSettings,
  followJob,
  type NoticeSettings,
  useNoticeSettings,
} from '../../../notices/notice-settings.ts';
import { ChoiceGroup } from './choice-group.tsx';

const REFUSED =
  'The browser refuses notices from this page. Allow them in its settings for this site, then ' +
  'turn them on again.';
const UNKNOWN = 'This browser shows no notices from this page. It needs https, or another browser.';

/** Turns the browser's notices on and off. The browser asks for permission only after a click. */
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
      <Title order={2} id="browser-notices" mt={24} mb={8}>
        In this browser
      </Title>
      <p>
        {isOn
          ? 'This browser shows notices while a page of Renderdeck is open in it.'
          : 'This browser shows no notices.'}
      </p>
      <Failure mih={0} mt={0}>
        {problem}
      </Failure>
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
    <ChoiceGroup legend={<span className="visually-hidden">What this browser shows</span>}>
      <Checkbox
        label="A job that I submitted ends"
        checked={own}
        onChange={() => changeNoticeSettings({ own: !own })}
      />
      <Checkbox
        label="A stop of any job is not proven"
        checked={unproven}
        onChange={() => changeNoticeSettings({ unproven: !unproven })}
      />
      <Text mt={8}>
        {followed.length === 0
          ? 'You follow no job. A job has the button “Follow” on its page.'
          : 'You follow:'}
      </Text>
      <List listStyleType="none">
        {followed.map((id) => (
          <FollowedJob key={id} id={id} onUnfollow={() => followJob(id, false)} />
        ))}
      </List>
    </ChoiceGroup>
  );
}

function permission(): NotificationPermission | 'unknown' {
  return typeof Notification === 'undefined' ? 'unknown' : Notification.permission;
}

/** A job that the user follows, by its short id: its name may not be loaded. */
function FollowedJob({ id, onUnfollow }: { id: string; onUnfollow: () => void }) {
  const short = id.slice(0, 8);
  return (
    <List.Item>
      <Link to="/jobs/$id" params={{ id }}>
        Job {short}
      </Link>{' '}
      <LinkButton aria-label={`Unfollow job ${short}`} onClick={onUnfollow}>
        Unfollow
      </LinkButton>
    </List.Item>
  );
}
