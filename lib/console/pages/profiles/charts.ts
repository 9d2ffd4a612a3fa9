import type { Figure } from '#lib/console/charts/chart.ts';
import { sideBars } from '#lib/console/charts/horizontal-bars.ts';
import { ACCENT, seriesColour } from '#lib/console/charts/theme.ts';
import type { Look } from '#lib/console/layout/view.ts';
import { featureWords } from '#lib/console/messages/feature-names.ts';
import type { CurrentModels, FittedModel, LocalizedText, ProfileCluster } from '#lib/models/model-files.ts';
import { profilesWords } from './messages.ts';

/** A profile as it is shown: with the name that operators gave it, if they did. */
export type ShownProfile = Omit<ProfileCluster, 'name'> & {
  name: LocalizedText;
  ownName: LocalizedText;
  given: Partial<LocalizedText>;
};

/** The live profiles, the largest first. */
export function shownProfiles(
  model: FittedModel<'profiles'>,
  { profileNames }: CurrentModels,
): ShownProfile[] {
  return model.clusters
    .map((cluster) => {
      const given = profileNames[cluster.id] ?? {};
      return { ...cluster, ownName: cluster.name, given, name: { ...cluster.name, ...given } };
    })
    .sort((a, b) => b.size - a.size);
}

/** How many members every profile has. */
export function sizesFigure(profiles: readonly ShownProfile[], { lang, format }: Look): Figure {
  const words = profilesWords[lang];
  const all = profiles.reduce((sum, { size }) => sum + size, 0) || 1;
  return {
    id: 'sizes',
    title: words.sizes,
    caption: words.sizesHow,
    columns: [
      { name: words.profile, kind: 'text' },
      { name: words.count, kind: 'count' },
      { name: words.share, kind: 'share' },
    ],
    rows: profiles.map(({ name, size }) => [name[lang], size, size / all]),
    draw: sideBars(
      profiles.map(({ name, size }) => ({
        name: name[lang],
        value: size,
        text: `${format.count(size)} · ${format.share(size / all)}`,
      })),
    ),
  };
}

/** What makes one profile different: its strongest z-scores. */
export function differenceFigure(profile: ShownProfile, { lang, format }: Look): Figure {
  const words = profilesWords[lang];
  const names = featureWords[lang];
  return {
    id: `profile-${profile.id}`,
    title: profile.name[lang],
    caption: words.differsHow,
    columns: [
      { name: words.feature, kind: 'text' },
      { name: words.z, kind: 'decimal' },
    ],
    rows: profile.strongest.map(({ feature, z }) => [names[feature], z]),
    draw: sideBars(
      profile.strongest.map(({ feature, z }) => ({
        name: names[feature],
        value: z,
        text: `${z > 0 ? '+' : '−'}${format.decimal(Math.abs(z), 1)}`,
        colour: z > 0 ? ACCENT : seriesColour(2),
      })),
      30,
    ),
  };
}
