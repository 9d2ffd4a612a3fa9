/** A text for people, in both languages. */
export interface LocalizedText {
  zh: string;
  en: string;
}

/** What kind of figure a feature is. Its type in Parquet files, its unit and how models take it follow from that. */
export type FeatureKind = 'count' | 'money' | 'share' | 'days' | 'mean';

/**
 * By kind: the unit, and whether the values have a long tail, a few members far above all others. Those enter models
 * as logarithms.
 */
export const FEATURE_KINDS: Readonly<Record<FeatureKind, { unit: LocalizedText; longTailed: boolean }>> = {
  count: { unit: { zh: '次', en: 'times' }, longTailed: true },
  money: { unit: { zh: '最小货币单位', en: 'minor units' }, longTailed: true },
  share: { unit: { zh: '比例', en: 'share' }, longTailed: false },
  days: { unit: { zh: '天', en: 'days' }, longTailed: false },
  mean: { unit: { zh: '分', en: 'points' }, longTailed: false },
};

/** All there is to say of a feature but how it is computed, which `features.ts` says. */
export interface Feature {
  kind: FeatureKind;
  /** of how many days before the date as of which it is taken */
  window: number | 'all';
  /** not every member has a value: NaN in memory, null in files and answers. This is what is said of one without. */
  unknown?: LocalizedText;
  models: {
    /** a coordinate of churn risk */
    lifecycle: boolean;
    /** a coordinate of profiles; how a profile is described by it, being high or low */
    profiles?: { high: LocalizedText; low: LocalizedText };
    /** in the regression of value, and at which place: of columns that say the same, the earlier one stays */
    value?: number;
  };
  /** what it is called */
  label: LocalizedText;
  /** a coefficient of the regression is shown per so much of it; `size` only where it is not that of the kind */
  step: LocalizedText & { size?: number };
  sentence: FeatureSentence;
}

/** How a feature is said of one member. The first that fits; `{value}` and `{basis}` stand for figures. */
export interface FeatureSentence {
  /** another figure of the member, of which this one is a share */
  basis?: 'interactions30' | 'retentionWeeks';
  one?: LocalizedText;
  negative?: LocalizedText;
  /** when there is nothing: of the basis, if it has one */
  zero?: LocalizedText;
  /** subject of “… is n times the community's mean”: said in place of `plain` where there is such a mean */
  timesMean?: LocalizedText;
  plain: LocalizedText;
  /** whether the community's mean is said behind `plain` */
  meanBeside?: true;
}

const ENTRIES = {
  posts30: {
    kind: 'count',
    window: 30,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '发帖多', en: 'many posts' }, low: { zh: '发帖少', en: 'few posts' } },
    },
    label: { zh: '30 天发帖', en: 'Posts, 30 days' },
    step: { zh: '每多发 1 帖', en: 'Per post' },
    sentence: {
      zero: { zh: '最近 30 天没有发帖', en: 'has not posted in the last 30 days' },
      timesMean: { zh: '发帖数', en: 'posts' },
      plain: { zh: '最近 30 天发帖 {value} 次', en: 'posts in the last 30 days: {value}' },
    },
  },
  replies30: {
    kind: 'count',
    window: 30,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '回复多', en: 'many replies' }, low: { zh: '回复少', en: 'few replies' } },
    },
    label: { zh: '30 天回复', en: 'Replies, 30 days' },
    step: { zh: '每多回复 1 次', en: 'Per reply' },
    sentence: {
      zero: { zh: '最近 30 天没有回复', en: 'has not replied in the last 30 days' },
      timesMean: { zh: '回复数', en: 'replies' },
      plain: { zh: '最近 30 天回复 {value} 次', en: 'replies in the last 30 days: {value}' },
    },
  },
  likes30: {
    kind: 'count',
    window: 30,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '点赞多', en: 'many likes' }, low: { zh: '点赞少', en: 'few likes' } },
    },
    label: { zh: '30 天点赞', en: 'Likes, 30 days' },
    step: { zh: '每多点赞 1 次', en: 'Per like' },
    sentence: {
      zero: { zh: '最近 30 天没有点赞', en: 'has not liked anything in the last 30 days' },
      timesMean: { zh: '点赞数', en: 'likes given' },
      plain: { zh: '最近 30 天点赞 {value} 次', en: 'likes given in the last 30 days: {value}' },
    },
  },
  attends30: {
    kind: 'count',
    window: 30,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '活动多', en: 'many events' }, low: { zh: '活动少', en: 'few events' } },
    },
    label: { zh: '30 天参加活动', en: 'Events joined, 30 days' },
    step: { zh: '每多参加 1 次活动', en: 'Per event joined' },
    sentence: {
      zero: { zh: '最近 30 天没有参加活动', en: 'has not joined an activity in the last 30 days' },
      timesMean: { zh: '参加活动数', en: 'activities joined' },
      plain: { zh: '最近 30 天参加活动 {value} 次', en: 'activities joined in the last 30 days: {value}' },
    },
  },
  views30: {
    kind: 'count',
    window: 30,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '浏览多', en: 'much reading' }, low: { zh: '浏览少', en: 'little reading' } },
      value: 5,
    },
    label: { zh: '30 天浏览', en: 'Views, 30 days' },
    step: { zh: '每多浏览 1 次', en: 'Per view' },
    sentence: {
      zero: { zh: '最近 30 天没有浏览', en: 'has not viewed anything in the last 30 days' },
      timesMean: { zh: '浏览数', en: 'views' },
      plain: { zh: '最近 30 天浏览 {value} 次', en: 'views in the last 30 days: {value}' },
    },
  },
  learns30: {
    kind: 'count',
    window: 30,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '学习多', en: 'much learning' }, low: { zh: '学习少', en: 'little learning' } },
      value: 4,
    },
    label: { zh: '30 天学习', en: 'Lessons done, 30 days' },
    step: { zh: '每多学 1 课', en: 'Per lesson done' },
    sentence: {
      zero: { zh: '最近 30 天没有学习', en: 'has not finished a lesson in the last 30 days' },
      timesMean: { zh: '学习数', en: 'lessons finished' },
      plain: { zh: '最近 30 天学习 {value} 次', en: 'lessons finished in the last 30 days: {value}' },
    },
  },
  accepts30: {
    kind: 'count',
    window: 30,
    // Hardly anybody does it, so no profile stands on it.
    models: { lifecycle: true },
    label: { zh: '30 天采纳', en: 'Answers accepted, 30 days' },
    step: { zh: '每多采纳 1 个回答', en: 'Per answer accepted' },
    sentence: {
      zero: { zh: '最近 30 天没有采纳回答', en: 'has not accepted an answer in the last 30 days' },
      timesMean: { zh: '采纳数', en: 'answers accepted' },
      plain: { zh: '最近 30 天采纳回答 {value} 次', en: 'answers accepted in the last 30 days: {value}' },
    },
  },
  activeDays30: {
    kind: 'days',
    window: 30,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '常来', en: 'often here' }, low: { zh: '少来', en: 'seldom here' } },
    },
    label: { zh: '30 天活跃天数', en: 'Active days of 30' },
    step: { zh: '30 天里每多来 1 天', en: 'Per active day of 30' },
    sentence: {
      zero: { zh: '最近 30 天没有来', en: 'has not come in the last 30 days' },
      plain: { zh: '最近 30 天来了 {value} 天', en: 'came on {value} of the last 30 days' },
      meanBeside: true,
    },
  },
  activeDays90: {
    kind: 'days',
    window: 90,
    // Profiles have `activeDays30`, which says nearly the same.
    models: { lifecycle: true },
    label: { zh: '90 天活跃天数', en: 'Active days of 90' },
    step: { zh: '90 天里每多来 1 天', en: 'Per active day of 90' },
    sentence: {
      zero: { zh: '最近 90 天没有来', en: 'has not come in the last 90 days' },
      plain: { zh: '最近 90 天来了 {value} 天', en: 'came on {value} of the last 90 days' },
      meanBeside: true,
    },
  },
  recencyDays: {
    kind: 'days',
    window: 'all',
    models: {
      lifecycle: true,
      profiles: { high: { zh: '久未来', en: 'long away' }, low: { zh: '最近来过', en: 'lately here' } },
      value: 6,
    },
    label: { zh: '距上次来的天数', en: 'Days since last seen' },
    step: { zh: '每多 1 天没来', en: 'Per day not seen' },
    sentence: {
      one: { zh: '昨天来过', en: 'came yesterday' },
      zero: { zh: '今天来过', en: 'came today' },
      plain: { zh: '最近 {value} 天没有来', en: 'last came {value} days ago' },
    },
  },
  tenureDays: {
    kind: 'days',
    window: 'all',
    models: {
      lifecycle: true,
      profiles: { high: { zh: '加入早', en: 'joined early' }, low: { zh: '加入晚', en: 'joined late' } },
      value: 7,
    },
    label: { zh: '加入天数', en: 'Days since joining' },
    step: { zh: '每多加入 1 天', en: 'Per day since joining' },
    sentence: {
      zero: { zh: '今天刚加入', en: 'joined today' },
      plain: { zh: '加入 {value} 天', en: 'joined {value} days ago' },
      meanBeside: true,
    },
  },
  activity: {
    kind: 'share',
    window: 30,
    // Profiles have the four kinds of interaction one by one; the regression has them together in this.
    models: { lifecycle: true, value: 1 },
    label: { zh: '活跃度', en: 'Activity' },
    step: { zh: '活跃度每高 0.01', en: 'Per 0.01 of activity', size: 0.01 },
    sentence: {
      basis: 'interactions30',
      zero: { zh: '最近 30 天没有互动', en: 'has not interacted in the last 30 days' },
      timesMean: { zh: '活跃度', en: 'activity' },
      plain: { zh: '最近 30 天互动 {basis} 次', en: 'interacted {basis} times in the last 30 days' },
    },
  },
  retention: {
    kind: 'share',
    window: 84,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '留存高', en: 'steady' }, low: { zh: '留存低', en: 'unsteady' } },
      value: 2,
    },
    label: { zh: '周留存', en: 'Weekly retention' },
    step: { zh: '周留存每高 10 个百分点', en: 'Per 10 points of retention' },
    sentence: {
      basis: 'retentionWeeks',
      zero: { zh: '加入还不满一个整周', en: 'has not been here for a whole week' },
      plain: { zh: '近 {basis} 周里有 {value}% 的周来过', en: 'came in {value} % of the last {basis} weeks' },
      meanBeside: true,
    },
  },
  orders90: {
    kind: 'count',
    window: 90,
    models: {
      lifecycle: true,
      profiles: { high: { zh: '下单多', en: 'many orders' }, low: { zh: '下单少', en: 'few orders' } },
      value: 8,
    },
    label: { zh: '90 天订单', en: 'Orders, 90 days' },
    step: { zh: '90 天里每多 1 单', en: 'Per order in 90 days' },
    sentence: {
      zero: { zh: '最近 90 天没有下单', en: 'has not ordered in the last 90 days' },
      plain: { zh: '最近 90 天下单 {value} 次', en: 'ordered {value} times in the last 90 days' },
      meanBeside: true,
    },
  },
  // Of money never an amount is said, which would need a currency; always how it stands against the others.
  payment30: {
    kind: 'money',
    window: 30,
    // Profiles have `paymentTotal`.
    models: { lifecycle: true, value: 3 },
    label: { zh: '30 天付费', en: 'Paid, 30 days' },
    step: { zh: '30 天里每多付 100', en: 'Per 100 paid in 30 days' },
    sentence: {
      negative: { zh: '最近 30 天退款多于付款', en: 'got back more than was paid in the last 30 days' },
      zero: { zh: '最近 30 天没有付费', en: 'has paid nothing in the last 30 days' },
      timesMean: { zh: '最近 30 天的付费', en: 'what was paid in the last 30 days' },
      plain: { zh: '最近 30 天付过费', en: 'has paid something in the last 30 days' },
    },
  },
  payment90: {
    kind: 'money',
    window: 90,
    // Profiles have `paymentTotal`.
    models: { lifecycle: true, value: 9 },
    label: { zh: '90 天付费', en: 'Paid, 90 days' },
    step: { zh: '90 天里每多付 100', en: 'Per 100 paid in 90 days' },
    sentence: {
      negative: { zh: '最近 90 天退款多于付款', en: 'got back more than was paid in the last 90 days' },
      zero: { zh: '最近 90 天没有付费', en: 'has paid nothing in the last 90 days' },
      timesMean: { zh: '最近 90 天的付费', en: 'what was paid in the last 90 days' },
      plain: { zh: '最近 90 天付过费', en: 'has paid something in the last 90 days' },
    },
  },
  paymentTotal: {
    kind: 'money',
    window: 'all',
    models: {
      lifecycle: true,
      profiles: { high: { zh: '付费高', en: 'high payments' }, low: { zh: '付费低', en: 'low payments' } },
      value: 10,
    },
    label: { zh: '累计付费', en: 'Paid in all' },
    step: { zh: '累计每多付 100', en: 'Per 100 paid in all' },
    sentence: {
      negative: { zh: '一直以来退款多于付款', en: 'got back more than was paid so far' },
      zero: { zh: '一直以来没有付费', en: 'has paid nothing so far' },
      timesMean: { zh: '一直以来的付费', en: 'what was paid so far' },
      plain: { zh: '一直以来付过费', en: 'has paid something so far' },
    },
  },
  feedbackMean: {
    kind: 'mean',
    window: 'all',
    unknown: { zh: '还没有打过分', en: 'has not rated anything' },
    // Most members have none; in churn risk they stand at the mean.
    models: { lifecycle: true },
    label: { zh: '平均评分', en: 'Mean rating' },
    step: { zh: '评分每高 1 分', en: 'Per point of rating' },
    sentence: {
      plain: { zh: '平均打 {value} 分', en: 'rates {value} on average' },
      meanBeside: true,
    },
  },
  nightOwlShare: {
    kind: 'share',
    window: 30,
    unknown: {
      zh: '不清楚最近 30 天有多少行为在夜里',
      en: 'how much was done at night in the last 30 days is not known',
    },
    // Not until it is known of nearly everybody for the 60 days that churn risk and value are learned from.
    models: { lifecycle: false },
    label: { zh: '夜间行为占比', en: 'Night-owl share' },
    step: { zh: '夜间行为占比每高 10 个百分点', en: 'Per 10 points of night-owl share' },
    sentence: {
      zero: { zh: '最近 30 天夜里没有来过', en: 'has not come at night in the last 30 days' },
      plain: {
        zh: '最近 30 天 {value}% 的行为在夜里',
        en: '{value} % of what was done in the last 30 days was at night',
      },
      meanBeside: true,
    },
  },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof ENTRIES;

/**
 * The features (特征): what models know of a member as of a date. Columns, coordinates, labels, sentences and the
 * schemas of the API follow from the entries; `docs/models.md` has a line for each, which a test compares.
 *
 * One that is added later has `unknown`: models and files of the night before do not know it.
 */
export const CATALOGUE: Readonly<Record<FeatureName, Feature>> = ENTRIES;

/** All of them, in the order of columns. */
export const FEATURES = Object.keys(CATALOGUE) as FeatureName[];

export const isLongTailed = (feature: FeatureName): boolean =>
  FEATURE_KINDS[CATALOGUE[feature].kind].longTailed;

type ProfileFeature = {
  [F in FeatureName]: (typeof ENTRIES)[F]['models'] extends { profiles: unknown } ? F : never;
}[FeatureName];

const isProfileFeature = (feature: FeatureName): feature is ProfileFeature =>
  CATALOGUE[feature].models.profiles !== undefined;

/**
 * What profiles are made of: how much a member does of each kind of thing, how steadily, since when, and what they
 * pay; not what repeats another or is known of few.
 */
export const PROFILE_FEATURES = FEATURES.filter(isProfileFeature);

/** What the risk of churn is learned from. */
export const LIFECYCLE_FEATURES = FEATURES.filter((feature) => CATALOGUE[feature].models.lifecycle);

const placeInValue = (feature: FeatureName): number => CATALOGUE[feature].models.value ?? 0;

/** What value is a regression on, in the order of its columns: the guide's three first. */
export const VALUE_FEATURES = FEATURES.filter((feature) => placeInValue(feature) > 0).sort(
  (a, b) => placeInValue(a) - placeInValue(b),
);
