import type { Chart } from '#lib/console/charts/chart.ts';
import { horizontalBars } from '#lib/console/charts/horizontal-bars.ts';
import { ACCENT, seriesColour } from '#lib/console/charts/theme.ts';
import type { ViewContext } from '#lib/console/layout/view.ts';
import type { LocalizedText } from '#lib/features/catalogue.ts';
import { CATALOGUE } from '#lib/features/catalogue.ts';
import type { ProfileCluster } from '#lib/models/profiles/schema.ts';
import type { CurrentModels } from '#lib/models/registry/current-models.ts';
import type { FittedModel } from '#lib/models/registry/models.ts';
import { profilesMessages } from './messages.ts';

/** A profile as it is shown: with the name that operators gave it, if they did. */
export type NamedProfile = Omit<ProfileCluster, 'name'> & {
  name: LocalizedText;
  ownName: LocalizedText;
  given: Partial<LocalizedText>;
};

/** The live profiles, the largest first. */
export function nameProfiles(
  model: FittedModel<'profiles'>,
  { profileNames }: CurrentModels,
): NamedProfile[] {
  return model.clusters
    .map((cluster) => {
      const given = profileNames[cluster.id] ?? {};
      return { ...cluster, ownName: cluster.name, given, name: { ...cluster.name, ...given } };
    })
    .sort((a, b) => b.size - a.size);
}

/** How many members every profile has. */
export function sizesChart(profiles: readonly NamedProfile[], { lang, format }: ViewContext): Chart {
  const messages = profilesMessages[lang];
  const all = profiles.reduce((sum, { size }) => sum + size, 0) || 1;
  return {
    id: 'sizes',
    title: messages.sizes,
    caption: messages.sizesHow,
    columns: [
      { name: messages.profile, kind: 'text' },
      { name: messages.count, kind: 'count' },
      { name: messages.share, kind: 'share' },
    ],
    rows: profiles.map(({ name, size }) => [name[lang], size, size / all]),
    draw: horizontalBars(
      profiles.map(({ name, size }) => ({
        name: name[lang],
        value: size,
        text: `${format.count(size)} · ${format.share(size / all)}`,
      })),
    ),
  };
}

/** What makes one profile different: its strongest z-scores. */
export function differenceChart(profile: NamedProfile, { lang, format }: ViewContext): Chart {
  const messages = profilesMessages[lang];
  return {
    id: `profile-${profile.id}`,
    title: profile.name[lang],
    caption: messages.differsHow,
    columns: [
      { name: messages.feature, kind: 'text' },
      { name: messages.z, kind: 'decimal' },
    ],
    rows: profile.strongest.map(({ feature, z }) => [CATALOGUE[feature].label[lang], z]),
    draw: horizontalBars(
      profile.strongest.map(({ feature, z }) => ({
        name: CATALOGUE[feature].label[lang],
        value: z,
        text: `${z > 0 ? '+' : '−'}${format.decimal(Math.abs(z), 1)}`,
        colour: z > 0 ? ACCENT : seriesColour(2),
      })),
      30,
    ),
  };
}
