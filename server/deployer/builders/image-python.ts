/** Python: Django, Flask, FastAPI, or a file that runs; packages in a virtual environment of their own. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import type { SourceTree } from './builder.ts';
import { namesIn, procfileWeb, textOf } from './image-files.ts';
import {
  appUser,
  type ImagePreset,
  lines,
  startLine,
  unknownStart,
  usualPort,
  volumeFolders,
} from './image-recipe.ts';

const usualVersion = '3.13';
const entryNames = ['main.py', 'app.py', 'server.py', 'wsgi.py', 'asgi.py', 'run.py', '__main__.py'];

export const pythonImage: ImagePreset = (tree, config) => {
  const version = /^(\d+\.\d+)/.exec(textOf(tree, '.python-version').trim())?.[1] ?? usualVersion;
  const install = installLines(tree, config);
  const { command, evidence } = startOf(tree, config);
  return {
    port: null,
    evidence: [`Python ${version}`, ...evidence],
    dockerfile: lines(
      `FROM python:${version}-slim AS build`,
      'ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1',
      'WORKDIR /app',
      'RUN python -m venv /venv',
      'ENV PATH=/venv/bin:$PATH',
      install,
      '',
      `FROM python:${version}-slim`,
      `ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=${usualPort}`,
      'WORKDIR /app',
      'COPY --from=build /venv /venv',
      `COPY --chown=${appUser} . .`,
      config.build?.command !== undefined && `RUN ${config.build.command}`,
      tree.entries.has('manage.py') && /STATIC_ROOT/.test(settingsText(tree))
        ? 'RUN python manage.py collectstatic --noinput'
        : false,
      volumeFolders(config),
      `RUN chown ${appUser} /app`,
      `USER ${appUser}`,
      startLine(command),
    ),
  };
};

function installLines(tree: SourceTree, _config: AppConfig): string[] {
  if (tree.entries.has('requirements.txt')) {
    return ['COPY requirements.txt ./', 'RUN pip install -r requirements.txt'];
  }
  if (tree.entries.has('Pipfile')) {
    return [
      'COPY Pipfile* ./',
      'RUN pip install pipenv && pipenv requirements > /tmp/r.txt && pip install -r /tmp/r.txt',
    ];
  }
  if (tree.entries.has('pyproject.toml') || tree.entries.has('setup.py'))
    return ['COPY . .', 'RUN pip install .'];
  return [];
}

function startOf(tree: SourceTree, config: AppConfig): { command: string; evidence: string[] } {
  if (config.start !== undefined) return { command: config.start, evidence: [] };
  const procfile = procfileWeb(tree);
  if (procfile !== null) return { command: procfile, evidence: ['found web in Procfile'] };
  const needs = ['requirements.txt', 'pyproject.toml', 'Pipfile', 'setup.py']
    .map((name) => textOf(tree, name).toLowerCase())
    .join('\n');
  const has = (name: string) => new RegExp(`(^|["'\\s])${name}\\b`, 'm').test(needs);
  if (tree.entries.has('manage.py')) {
    const project = [...tree.entries].sort().find((name) => namesIn(tree, name).includes('wsgi.py'));
    return has('gunicorn') && project !== undefined
      ? {
          command: `gunicorn ${project}.wsgi --bind 0.0.0.0:$PORT`,
          evidence: ['found manage.py -> Django, gunicorn'],
        }
      : {
          command: 'python manage.py runserver 0.0.0.0:$PORT --noreload',
          evidence: ['found manage.py -> Django'],
        };
  }
  for (const entry of entryNames.filter((name) => tree.entries.has(name))) {
    const text = textOf(tree, entry);
    const module = entry.replace(/\.py$/, '');
    const name = /^(\w+)\s*=\s*(?:FastAPI|Starlette|Flask|Quart|Litestar)\(/m.exec(text)?.[1];
    if (name !== undefined && has('(fastapi|starlette|quart|litestar)')) {
      const command =
        has('gunicorn') && !has('uvicorn')
          ? `gunicorn ${module}:${name} --bind 0.0.0.0:$PORT -k uvicorn.workers.UvicornWorker`
          : `uvicorn ${module}:${name} --host 0.0.0.0 --port $PORT`;
      return { command, evidence: [`found ${name} in ${entry} -> ASGI`] };
    }
    if (name !== undefined && has('flask')) {
      const command = has('gunicorn')
        ? `gunicorn ${module}:${name} --bind 0.0.0.0:$PORT`
        : `flask --app ${module} run --host 0.0.0.0 --port $PORT`;
      return { command, evidence: [`found ${name} in ${entry} -> Flask`] };
    }
    return { command: `python ${entry}`, evidence: [`found ${entry}`] };
  }
  throw unknownStart('Python');
}

function settingsText(tree: SourceTree): string {
  return [...tree.entries].map((name) => textOf(tree, `${name}/settings.py`)).join('\n');
}
