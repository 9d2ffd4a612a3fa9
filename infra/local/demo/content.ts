/** Content of the demo. Courses, posts and opinions are invented; names are visibly marked as a demo's. */

const SURNAMES = '林陈黄周吴徐孙马朱胡郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏'.split('');
const GIVEN = [
  '晓雨',
  '子墨',
  '一诺',
  '梓涵',
  '沐阳',
  '若溪',
  '浩然',
  '思远',
  '雨桐',
  '佳怡',
  '明轩',
  '静好',
  '可心',
  '书瑶',
  '嘉树',
  '天宇',
  '清扬',
  '安然',
  '知夏',
  '念安',
  '星河',
  '南乔',
  '云舒',
  '青禾',
  '向晚',
  '言蹊',
  '朝阳',
  '微澜',
  '北辰',
  '长歌',
];
export const buildName = (index: number): string =>
  `演示·${SURNAMES[index % SURNAMES.length]}${GIVEN[(index * 7 + Math.floor(index / SURNAMES.length)) % GIVEN.length]}`;

export const CITIES: readonly (readonly [name: string, weight: number])[] = [
  ['上海', 12],
  ['北京', 12],
  ['深圳', 10],
  ['杭州', 9],
  ['广州', 9],
  ['成都', 8],
  ['南京', 5],
  ['武汉', 5],
  ['西安', 4],
  ['苏州', 4],
  ['重庆', 4],
  ['长沙', 3],
  ['青岛', 2],
  ['厦门', 2],
  ['合肥', 2],
  ['郑州', 2],
  ['昆明', 1],
  ['沈阳', 1],
];

export const INTERESTS = [
  '写作',
  '时间管理',
  '数据分析',
  '短视频',
  '理财',
  '英语',
  '产品',
  '心理学',
] as const;

export interface Course {
  id: string;
  name: string;
  topic: (typeof INTERESTS)[number];
  /** yuan */
  price: 99 | 199 | 1999;
  lessons: number;
}

const course = (
  id: string,
  name: string,
  topic: Course['topic'],
  price: Course['price'],
  lessons: number,
): Course => ({
  id: `demo-course-${id}`,
  name,
  topic,
  price,
  lessons,
});

export const COURSES: readonly Course[] = [
  course('writing', '每天一千字：写作入门', '写作', 99, 14),
  course('time', '番茄之外：时间管理十二讲', '时间管理', 99, 12),
  course('excel', '表格不求人', '数据分析', 99, 16),
  course('video', '手机拍好短视频', '短视频', 99, 10),
  course('money', '第一本家庭账', '理财', 99, 12),
  course('english', '通勤英语听力', '英语', 99, 20),
  course('sql', '从零学会查数据', '数据分析', 199, 24),
  course('product', '产品经理的第一年', '产品', 199, 22),
  course('psych', '情绪与沟通', '心理学', 199, 18),
  course('story', '非虚构故事写作', '写作', 199, 20),
  course('fund', '看懂基金', '理财', 199, 18),
  course('camp', '知识创作者训练营', '写作', 1999, 36),
];

export const LESSONS = [
  '先弄清为什么',
  '一个完整的例子',
  '常见的三个坑',
  '动手练习',
  '案例拆解',
  '工具与模板',
  '复盘',
  '答疑精选',
] as const;

/** Lives by weekday; 0 is Sunday. */
export const LIVES: Readonly<Record<number, readonly string[]>> = {
  3: ['周三直播答疑', '作业点评直播'],
  6: ['周六共读直播', '嘉宾连麦'],
};
export const CHALLENGES = ['21 天写作打卡', '早起打卡', '每日一问打卡', '读书笔记打卡'] as const;
export const ACTIVITIES = ['线上读书会', '学习小组', '主题圆桌', '老学员分享会'] as const;

const QUESTIONS = [
  '{c}第 {n} 课的作业应该怎么交？',
  '学完{c}，下一步学什么好？',
  '{t}新手最容易犯的错是什么？',
  '{c}里的模板可以商用吗？',
  '坚持不下来怎么办？{t}第 {n} 天',
  '有没有适合上班族的{t}计划？',
  '{t}有哪些值得看的书？',
  '第 {n} 课的例子我没看懂，求助',
];
const POSTS = [
  '{t}学习第 {n} 天的收获',
  '我用{c}的方法做了一次复盘',
  '分享一个{t}小技巧',
  '这一周的{t}打卡总结',
  '{c}笔记：第 {n} 课',
  '为什么我又开始学{t}',
  '从零开始{t}的第 {n} 个月',
  '给新同学的{t}建议',
];
const TOPICS = [
  '聊聊你的{t}工具箱',
  '晒一晒本周的{t}成果',
  '{t}组队，差 {n} 人',
  '说说{c}里最有用的一课',
  '今天你学了吗？{t}专场',
];
const ARTICLES = [
  '长文：我的{t}方法论',
  '{t}：从入门到稳定输出',
  '一次失败的{t}尝试',
  '一年做了 {n} 次{t}分享，我学到的事',
];

export const TITLES: Readonly<Record<string, readonly string[]>> = {
  'Question Asked': QUESTIONS,
  'Post Created': POSTS,
  'Topic Created': TOPICS,
  'Discussion Created': TOPICS,
  'Article Published': ARTICLES,
};

export const GOOD_REVIEWS = [
  '老师讲得很清楚，例子贴近工作',
  '答疑很快，群里氛围好',
  '作业点评很细，进步明显',
  '课程内容扎实，学完马上能用',
  '直播互动多，收获很大',
  '打卡活动让我坚持下来了',
  '同学们很热心，问题都有人回答',
  '模板很实用，省了不少时间',
  '节奏合适，每天二十分钟刚好',
  '意见领袖的分享很有启发',
] as const;
export const MIXED_REVIEWS = [
  '内容不错，就是更新有点慢',
  '课程还可以，希望多一些案例',
  '直播时间太晚，希望有回放',
  '作业有点多，上班族跟不上',
  '搜索不太好用，找不到以前的帖子',
  '内容偏基础，期待进阶课',
] as const;
export const BAD_REVIEWS = [
  '直播卡顿，听不清老师讲什么',
  '客服回复太慢，等了两天',
  '价格偏高，和内容不太匹配',
  'App 闪退，课程进度丢了',
  '消息推送太多，有点打扰',
  '退款流程太复杂',
] as const;

export const SEARCHES = [
  '作业',
  '模板',
  '直播回放',
  '打卡',
  '优惠券',
  '读书会',
  '写作',
  '基金',
  'SQL',
  '时间管理',
  '发票',
] as const;
export const REFUND_REASONS = ['没时间学', '买错了', '内容太基础', '重复购买'] as const;
