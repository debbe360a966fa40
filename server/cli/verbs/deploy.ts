/** `windlass deploy`: from a folder, a repository or an archive to a release that answers. */

import { aimOf } from '../aim.ts';
import { openDisplay } from '../display.ts';
import { follow, followFlags } from '../follow.ts';
import { placeText } from '../outcome.ts';
import { checkSource, sendSource, sourceText } from '../send-source.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const deploy: Verb = {
  name: 'deploy',
  summary: 'build a folder, a repository, an image or an archive and make it live',
  usage: [
    'deploy APP [--dir DIR | --git URL [--ref REF] | --image REF | --tar FILE] [--env NAME] [--detach | --wait]',
  ],
  about: [
    'An app that does not exist yet is made. Without a source, the current folder is deployed;',
    'what .gitignore and .windlassignore name stays behind. The old release serves until the new one answers.',
  ],
  examples: [
    { what: 'this folder', line: 'windlass deploy shop' },
    { what: 'another folder, as a preview', line: 'windlass deploy shop --dir ../shop --env preview' },
    { what: 'a repository', line: 'windlass deploy shop --git https://github.com/you/shop.git --ref main' },
    { what: 'an image that was built here', line: 'docker save shop | windlass deploy shop --tar -' },
    { what: 'what is committed, and nothing else', line: 'git archive HEAD | windlass deploy shop --tar -' },
  ],
  arguments: [appArgument],
  flags: [
    { name: 'dir', value: 'DIR', summary: 'deploy this folder (default: .)', completes: 'folder' },
    { name: 'git', value: 'URL', summary: 'deploy this repository' },
    { name: 'ref', value: 'REF', summary: 'branch, tag or commit of --git' },
    {
      name: 'tar',
      value: 'FILE',
      summary: 'deploy this tar, plain or gzip, also of an image; - reads it from stdin',
      completes: 'file',
    },
    { name: 'image', value: 'REF', summary: 'deploy this image, of the server or of a registry' },
    environmentFlag,
    ...followFlags,
  ],
  run: async (context) => {
    const { app, environment } = aimOf(context);
    checkSource(context);
    const { control, style } = context;
    context.say(`${style.bold(`deploying ${placeText(app, environment)}`)} from ${sourceText(context)}`);
    const display = openDisplay(context);
    try {
      const sent = await sendSource(context, display);
      return await follow(
        context,
        await control.call('deployments.create', { app, environment, ...sent }),
        display,
      );
    } finally {
      display.close();
    }
  },
};
