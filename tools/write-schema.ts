/** Writes resources/windlass.schema.json anew: `bun tools/write-schema.ts`. */

import { configSchemaText } from '../shared/deployer/config-schema.ts';

await Bun.write(new URL('../resources/windlass.schema.json', import.meta.url), configSchemaText());
