/** PHP behind Apache: plain files, Laravel, Symfony; `public/` is what is served where there is one. */

import * as z from 'zod/mini';
import type { SourceTree } from './builder.ts';
import { namesIn, textOf } from './image-files.ts';
import { type ImagePreset, lines, startLine, usualPort, volumeFolders } from './image-recipe.ts';

const composerFile = z.object({ require: z.optional(z.record(z.string(), z.string())) });
/** What the official image has already. */
const builtIn = new Set([
  'ctype',
  'curl',
  'dom',
  'fileinfo',
  'filter',
  'hash',
  'iconv',
  'json',
  'mbstring',
  'openssl',
  'pcre',
  'pdo',
  'pdo_sqlite',
  'phar',
  'posix',
  'readline',
  'session',
  'simplexml',
  'sodium',
  'sqlite3',
  'tokenizer',
  'xml',
  'xmlreader',
  'xmlwriter',
  'zlib',
]);

export const phpImage: ImagePreset = (tree, config) => {
  const needs = requirements(tree);
  const laravel = needs.has('laravel/framework');
  const root = namesIn(tree, 'public').includes('index.php') ? '/app/public' : '/app';
  const extensions = [...needs]
    .filter((name) => name.startsWith('ext-'))
    .map((name) => name.slice(4))
    .filter((name) => !builtIn.has(name) && /^\w+$/.test(name));
  if (laravel) extensions.push('pdo_mysql');
  const composer = needs.size > 0;
  return {
    port: null,
    evidence: [
      laravel ? 'found laravel/framework -> Laravel' : `serves ${root === '/app' ? 'the folder' : 'public/'}`,
    ],
    dockerfile: lines(
      composer && [
        'FROM composer:2 AS vendor',
        'WORKDIR /app',
        'COPY composer.* ./',
        'RUN composer install --no-dev --no-scripts --no-autoloader --no-interaction --ignore-platform-reqs',
        'COPY . .',
        'RUN composer dump-autoload --no-dev --optimize --no-scripts',
        '',
      ],
      'FROM php:8.4-apache',
      extensions.length > 0 && `RUN docker-php-ext-install ${[...new Set(extensions)].join(' ')}`,
      // Apache reads PORT itself when it starts, so the image listens wherever it is told to.
      `RUN sed -ri 's/^Listen 80$/Listen \${PORT}/' /etc/apache2/ports.conf && sed -ri 's/:80>/:\${PORT}>/; s!/var/www/html!${root}!g' /etc/apache2/sites-available/000-default.conf && printf '<Directory ${root}>\\nAllowOverride All\\nRequire all granted\\n</Directory>\\nServerName localhost\\n' > /etc/apache2/conf-enabled/app.conf && a2enmod -q rewrite && mkdir -p /var/run/apache2 /var/lock/apache2 /var/log/apache2 && chown -R www-data /var/run/apache2 /var/lock/apache2 /var/log/apache2`,
      'WORKDIR /app',
      composer ? 'COPY --from=vendor --chown=www-data /app /app' : 'COPY --chown=www-data . .',
      config.build?.command !== undefined && `RUN ${config.build.command}`,
      volumeFolders(config).map((line) => line.replace(/chown \S+/, 'chown www-data')),
      `ENV PORT=${usualPort} APACHE_RUN_USER=www-data APACHE_RUN_GROUP=www-data`,
      'USER www-data',
      config.start !== undefined && startLine(config.start),
    ),
  };
};

function requirements(tree: SourceTree): Set<string> {
  try {
    const found = z.safeParse(composerFile, JSON.parse(textOf(tree, 'composer.json') || '{}'));
    const names = Object.keys((found.success ? found.data.require : undefined) ?? {});
    return new Set(names.filter((name) => name !== 'php'));
  } catch {
    // Composer is the one to complain about its file.
    return new Set(['composer.json']);
  }
}
