/** `GET /v1/models`: what this key may ask for by name. */

import type { Snapshot, SnapshotKey } from '../config/snapshot.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { jsonAnswer, type WholeAnswer } from '../door/answer.ts';
import { matchesAny } from '../glob.ts';
import { listedPrices } from '../ledger/price-table.ts';
import { CallFault } from './fault.ts';

/** Aliases, then the models providers list, then those of the price table for kinds that are there. */
export function modelNames(snapshot: Snapshot, now: number): { name: string; owner: string }[] {
  const names = new Map<string, string>();
  for (const { name } of snapshot.aliases) names.set(name, 'windlass');
  for (const provider of snapshot.providers) {
    for (const model of provider.models)
      if (!model.includes('*') && !names.has(model)) names.set(model, provider.name);
  }
  for (const { provider, model } of listedPrices(snapshot.priceFile, now)) {
    const owner = snapshot.providers.find(({ kind, models }) => kind === provider && models.length === 0);
    if (owner !== undefined && !model.includes('*') && !names.has(model)) names.set(model, owner.name);
  }
  return [...names].map(([name, owner]) => ({ name, owner }));
}

export function modelsAnswer(
  snapshot: Snapshot,
  key: SnapshotKey,
  id: string | null,
  dialect: DialectName,
  now: number,
): WholeAnswer {
  const { models } = key.limits;
  const allowed = modelNames(snapshot, now).filter(
    ({ name }) => models.length === 0 || matchesAny(models, name),
  );
  const render = ({ name, owner }: { name: string; owner: string }) =>
    dialect === 'anthropic'
      ? { type: 'model', id: name, display_name: name, created_at: '1970-01-01T00:00:00Z' }
      : { id: name, object: 'model', created: 0, owned_by: owner };
  if (id !== null) {
    const found = allowed.find(({ name }) => name === id);
    if (found === undefined)
      throw new CallFault(404, 'model_not_found', `there is no model ${id.slice(0, 200)}`);
    return jsonAnswer(200, render(found));
  }
  const data = allowed.map(render);
  return jsonAnswer(
    200,
    dialect === 'anthropic'
      ? { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
      : { object: 'list', data },
  );
}
