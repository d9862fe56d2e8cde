import { Button, Checkbox, Group, List, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { Failure } from '../../../components/dialog.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { useNoticePermission } from '../../../notices/notice-permission.ts';
import {
  changeNoticeSettings,
  followJob,
  type NoticeSettings,
  useNoticeSettings,
} from '../../../notices/notice-settings.ts';
import { ChoiceGroup } from './choice-group.tsx';

/** Turns the browser's notices on and off. The browser asks for permission only after a click. */
export function BrowserNotices() {
  const settings = useNoticeSettings();
  const permission = useNoticePermission();
  const [problem, setProblem] = useState<string | null>(null);
  const isOn = settings.on && permission?.granted === true;
  const turnOn = async () => {
    if ((await Notification.requestPermission()) !== 'granted')
      return setProblem('Not turned on: the browser has not allowed it.');
    try {
      // On most phones this is the only way to learn that a page may not show any.
      new Notification('Notices are on', { body: 'This browser shows them.', tag: 'on' });
    } catch {
      return setProblem('Not turned on: this browser shows notices only of installed apps.');
    }
    setProblem(null);
    changeNoticeSettings({ on: true });
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
      {isOn ? (
        <>
          <Choices settings={settings} />
          <Button size="xs" variant="default" onClick={() => changeNoticeSettings({ on: false })}>
            Turn off
          </Button>
        </>
      ) : (
        <TurnOn why={permission?.why ?? null} onClick={() => void turnOn()} />
      )}
      <Failure mih={0} mt={0}>
        {permission?.granted === false ? null : problem}
      </Failure>
    </section>
  );
}

/** A browser that cannot show notices is not asked: the button says why. */
function TurnOn({ why, onClick }: { why: string | null; onClick: () => void }) {
  const reason = useId();
  const cannot = why !== null && why !== '';
  return (
    <Group gap="4px 12px">
      <Button
        size="xs"
        variant="default"
        aria-disabled={cannot || undefined}
        aria-describedby={cannot ? reason : undefined}
        onClick={() => !cannot && onClick()}
      >
        Turn on
      </Button>
      {cannot && (
        <Text span size="sm" id={reason}>
          {why}
        </Text>
      )}
    </Group>
  );
}

const KINDS = [
  ['own', 'A job that I submitted ends'],
  ['failed', 'Any job fails'],
  ['unproven', 'A stop of any job is not proven'],
  ['hostSilent', 'A host is silent'],
  ['queueStuck', 'The queue is stuck, and when that is over'],
] as const;

function Choices({ settings }: { settings: NoticeSettings }) {
  const { followed } = settings;
  return (
    <ChoiceGroup legend={<span className="visually-hidden">What this browser shows</span>}>
      {KINDS.map(([kind, label]) => (
        <Checkbox
          key={kind}
          label={label}
          checked={settings[kind]}
          onChange={() => changeNoticeSettings({ [kind]: !settings[kind] })}
        />
      ))}
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
