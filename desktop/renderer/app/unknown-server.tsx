/** In place of a server's page: its address names a server that this desktop does not have. */

import { Empty } from '../ui/notice.tsx';
import { Go } from './navigation.tsx';

export function UnknownServer() {
  return (
    <Empty title="This server is not known here">
      <p>It may have been forgotten. Nothing on it was changed by that.</p>
      <Go to={{ kind: 'servers' }}>See all servers</Go>
    </Empty>
  );
}
