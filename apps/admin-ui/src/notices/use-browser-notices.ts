import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '../api/api.ts';
import { useMe } from '../api/me.ts';
import { useNoticePermission } from './notice-permission.ts';
import { useNoticeSettings } from './notice-settings.ts';

/** Shows notices while the user has them on. Their code is loaded only then. */
export function useBrowserNotices(): void {
  const api = useApi();
  const { user } = useMe();
  const navigate = useNavigate();
  const isOn = useNoticeSettings().on;
  const isAllowed = useNoticePermission()?.granted === true;
  useEffect(() => {
    if (!isOn || !isAllowed) return;
    let stop: (() => void) | null = () => {};
    const start = async () => {
      const { followNotices } = await import('./follow-notices.ts');
      if (stop === null) return;
      stop = followNotices(api, user.name, {
        job: (id) => void navigate({ to: '/jobs/$id', params: { id } }),
        host: (host) => void navigate({ to: '/hosts', search: { host } }),
        queue: (show) => void navigate({ to: '/queue', search: { show } }),
      });
    };
    // Without a connection the code is missing until the page is loaded again.
    start().catch(() => {});
    return () => {
      stop?.();
      stop = null;
    };
  }, [api, isOn, isAllowed, navigate, user.name]);
}
