/** The one file, sent, proven and put in its place. */

import type { Remote } from '../remote.ts';
import { uploadFile } from '../upload.ts';
import type { Binary } from './binary.ts';
import { change } from './run-as-root.ts';
import { blocked, done, needed, type Site, type Step } from './step.ts';

export const programFolder = '/usr/local/lib/windlass';

export const binaryStep: Step = {
  id: 'binary',
  title: 'The windlass file',
  why: 'Everything Windlass does on a server is in this one file.',
  optional: false,
  probe: `
say binary.sha256 "$(sha256sum ${programFolder}/windlass 2>/dev/null | cut -c1-64)"
say binary.link "$(readlink -f /usr/local/bin/windlass 2>/dev/null)"
say binary.mode "$(stat -c '%a %U' ${programFolder}/windlass 2>/dev/null)"
`,
  find(facts, { binary }) {
    if (binary === null) return blocked('there is no file for this server', 'See the step "Processor".');
    const there = facts['binary.sha256'] ?? '';
    if (there !== binary.sha256) {
      const size = `${Math.round(binary.bytes / 1e6)} MB`;
      return needed(
        there === '' ? `sends version ${binary.version}, ${size}` : `replaces it by ${binary.version}`,
      );
    }
    const placed =
      facts['binary.link'] === `${programFolder}/windlass` && facts['binary.mode'] === '755 root';
    return placed ? done(`version ${binary.version}`) : needed('puts it in its place');
  },
  async apply(site) {
    const { binary } = site.wish;
    if (binary === null) return;
    if (site.facts['binary.sha256'] !== binary.sha256) await sendBinary(site, binary, 'windlass');
    await change(
      site,
      `
chown root:root ${programFolder}/windlass
chmod 755 ${programFolder}/windlass
ln -sfn ../lib/windlass/windlass /usr/local/bin/windlass.new
mv -T /usr/local/bin/windlass.new /usr/local/bin/windlass
`,
    );
  },
  undo: 'rm -f /usr/local/bin/windlass',
};

/** Puts the file into the program folder as `name`. What root runs is what was checked: it is unpacked, then hashed. */
export async function sendBinary(
  site: Pick<Site, 'remote' | 'wish' | 'facts' | 'onProgress' | 'onLine'>,
  binary: Binary,
  name: string,
): Promise<void> {
  const remote: Remote = site.remote;
  const parcel = { path: binary.path, bytes: binary.bytes, name: `${binary.sha256}.${binary.packed}` };
  const path = await uploadFile(remote, parcel, site.onProgress);
  await change(
    site,
    `
fresh=$(mktemp ${programFolder}/upload.XXXXXX)
if [ "$2" = gzip ]; then gzip -dc "$1" >"$fresh" || true; else cp "$1" "$fresh"; fi
rm -f "$1"
if [ "$(sha256sum "$fresh" | cut -c1-64)" != "$3" ]; then
  rm -f "$fresh"
  echo 'the file arrived damaged and was thrown away; run it again' >&2
  exit 1
fi
chmod 755 "$fresh"
sync "$fresh"
mv "$fresh" "${programFolder}/$4"
`,
    [path, binary.packed, binary.sha256, name],
  );
}
