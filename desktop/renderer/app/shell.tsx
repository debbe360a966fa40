/** The frame around every view: rail, content, what is open over it, keys that work everywhere, folders dropped. */

import { type DragEvent, useCallback, useEffect, useState } from 'react';
import { DeployDialog } from '../features/deploy/deploy-dialog.tsx';
import { readDropped } from '../features/deploy/dropped.ts';
import { RollbackDialog } from '../features/deployments/rollback-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useAsked } from './asked.ts';
import { commandsFor } from './commands.ts';
import { useDeployWatch } from './deploy-watch.ts';
import { useDesk } from './desk.ts';
import { type Intent, intend, useIntents } from './intent.ts';
import { go, useRoute } from './navigation.tsx';
import { useNoticeWatch } from './notice-watch.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { serverClient } from './server-client.ts';
import { useServers } from './servers.tsx';
import styles from './shell.module.css';
import { Toasts } from './toasts.tsx';
import { View } from './view.tsx';

export function Shell() {
  const route = useRoute();
  const desk = useDesk();
  const servers = useServers().value ?? [];
  const [cut, setCut] = useState(false);
  const [open, setOpen] = useState<Intent | null>(null);
  const [dragging, setDragging] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const server = 'server' in route ? route.server : null;
  const connected = servers.some(({ id, state }) => id === server && state.kind === 'connected');
  const apps = useAsked(
    `apps ${server} ${connected}`,
    async (signal) =>
      server === null || !connected
        ? []
        : (await serverClient(desk.host, server).call('apps.list', {}, signal)).apps,
    4000,
  ).value;
  useDeployWatch(server, apps);
  useNoticeWatch(servers);
  useIntents(useCallback((intent) => setOpen(intent), []));
  useEffect(() => {
    desk.cut.then(() => setCut(true));
  }, [desk]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen({ kind: 'palette' });
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const opensFiles = route.kind === 'replay-file';
  const target = server ?? servers.find(({ state }) => state.kind === 'connected')?.id;
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setDragging(false);
    const dropped = readDropped(event.dataTransfer, desk.capabilities.pathOf);
    const [first] = event.dataTransfer.files;
    if (dropped === null && first !== undefined && (opensFiles || first.name.endsWith('.json'))) {
      setFile(first);
      go({ kind: 'replay-file' });
    }
    if (dropped === null || target === undefined) return;
    intend({ kind: 'deploy', server: target, dropped, ...('app' in route ? { app: route.app } : {}) });
  };
  const close = () => setOpen(null);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its equal in the dialog's button.
    <div
      className={styles.shell}
      onDragOver={(event) => {
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={(event) => event.currentTarget === event.target && setDragging(false)}
      onDrop={onDrop}
    >
      <a href="#content" className={styles.skip}>
        Skip to content
      </a>
      <Rail route={route} servers={servers} apps={apps ?? []} />
      <main id="content" className={styles.content} tabIndex={-1}>
        {cut && (
          <Notice
            message="The desktop’s host is gone"
            hint="Start it again and open the link it prints. Your apps are not touched by this."
          />
        )}
        <View route={route} apps={apps} file={file} />
      </main>
      {dragging && (
        <div className={styles.drop} aria-hidden="true">
          <p>
            {opensFiles ? 'Let go to play it' : `Let go to deploy${'app' in route ? ` ${route.app}` : ''}`}
          </p>
        </div>
      )}
      {open?.kind === 'palette' && (
        <Palette
          commands={commandsFor(route, { servers, apps: apps?.map(({ name }) => name) ?? [] })}
          onClose={close}
        />
      )}
      {open?.kind === 'deploy' && <DeployDialog {...open} onClose={close} />}
      {open?.kind === 'rollback' && <RollbackDialog {...open} onClose={close} />}
      <Toasts />
    </div>
  );
}
