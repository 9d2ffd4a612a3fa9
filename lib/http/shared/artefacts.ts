import { z } from '@hono/zod-openapi';
import * as mini from 'zod/mini';
import { publication } from '#lib/models/registry/current-models.ts';
import { modelCards } from '#lib/models/registry/model-card.ts';
import { localizedText, need } from '#lib/models/schema.ts';
import { lazySchema } from '#lib/platform/lazy-schema.ts';
import type { CountingNotice } from '#lib/rebuilds/rules-change.ts';
import { listedMember } from '#lib/reports/lists.ts';
import { dailySeries, ratioSchema, reportSchema } from '#lib/reports/report.ts';

const refTo = (name: string): string => `#/components/schemas/${name}`;

/** A report as it is answered: with what is to be said beside its figures. */
const answeredReport = lazySchema(() =>
  mini.extend(reportSchema(), {
    counting: z
      .custom<CountingNotice>()
      .meta({ $ref: refTo('CountingNotice') })
      .optional(),
  }),
);

/** Published artefacts, and the parts of them that have a name, as the API's document calls them. */
const artefacts = lazySchema(() => ({
  Report: answeredReport(),
  DailySeries: dailySeries(),
  ListedMember: listedMember(),
  Ratio: ratioSchema(),
  ...modelCards(),
  Words: localizedText(),
  Need: need(),
  Publication: publication(),
}));
type ArtefactName = keyof ReturnType<typeof artefacts>;

/**
 * A published artefact where a route answers it. Its schema is the one that its file is read by; the document refers to it.
 * @param names one, or several of which it is any
 */
export function artefact<N extends ArtefactName>(...names: [N, ...N[]]) {
  const refs = names.map((name) => ({ $ref: refTo(name) }));
  return z
    .custom<z.output<ReturnType<typeof artefacts>[N]>>((value) => typeof value === 'object' && value !== null)
    .openapi({ type: 'object', ...(refs.length === 1 ? refs[0] : { anyOf: refs }) });
}

type Component = Parameters<z.core.ToJSONSchemaParams['override'] & object>[0]['jsonSchema'];

/** The JSON schemas of all artefacts, by their names in the document. */
export function artefactComponents(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(artefacts())) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: refTo,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _, $schema: __, ...schema }]) => [name, schema]),
  );
}

/** What is true of every answer and need not be said: no further fields today, defaults filled in, integers safe. */
function tidy(schema: Component): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  delete schema.default;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
