const CHINESE = `
我们 你们 他们 她们 它们 大家 自己 这个 那个 这些 那些 这样 那样 这么 那么 这里 那里 这边 那边 什么 怎么 怎样 为什么 多少 哪些 哪里
一个 一些 一下 一直 一样 一点 有点 有些 有的 还有 没有 不是 就是 还是 都是 也是 只是 但是 可是 不过 而且 并且 或者 因为 所以 如果 虽然
然后 之后 之前 以后 以前 时候 现在 已经 正在 可以 可能 能够 应该 需要 希望 觉得 感觉 认为 知道 看到 比较 非常 特别 真的 确实 其实 十分
最后 最近 不太 不太好 都有 很大 今天 昨天 明天 每天 每次 这次 上次 下次 第一 以及 对于 关于 通过 进行 里面 起来 出来 过来 下来 东西 问题 方面 部分 太多 更多
`;
const ENGLISH = `
the and for are was were but not you your yours all any can could had has have having her hers him his how its our ours out she they them their
theirs this that these those then than there here what when where which while who whom why will would with from into about over under again after
before because been being both did does doing don't down each few further just more most much many very too also only other some such same own off
once should shouldn't isn't wasn't aren't weren't didn't doesn't won't can't couldn't wouldn't i'm i've it's that's there's you're we're they're let
get got one two really quite even still ever never always every
`;

/** Words that say nothing of what feedback is about: pronouns, conjunctions, adverbs of degree; in lower case. */
export const STOP_WORDS: ReadonlySet<string> = new Set(`${CHINESE} ${ENGLISH}`.split(/\s+/));

/** Characters that are words by themselves and no part of a new one: particles, pronouns, numerals, measure words. */
export const FUNCTION_CHARACTERS: ReadonlySet<string> = new Set(
  '的了是我你他她它们在有和就不也都很到说要去会着没这那得地太吧吗呢啊呀哦嗯与及或但而被把给让从对还再又更最挺真好可能想为以于之其' +
    '一二三四五六七八九十两几每各某第次个条位只件点些种章节天年月日号时分秒上下里外前后中内多少大小来过起出看听讲学做用买',
);
