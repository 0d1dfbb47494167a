import type { Language } from '@heddle/ui';
import type { FieldText } from './ui-schema.js';

/**
 * Texts of the node types' config fields in languages other than English, whose texts stand in the schemas themselves.
 * Keys are `<type><pointer>`; a spec compares them with the registry.
 */
const ZH_CN: Readonly<Record<string, FieldText>> = {
  'job/group': { title: 'Worker 分组', description: '可以执行此作业的 worker 分组。' },
  'job/executor': { title: '执行器', description: '该分组的 worker 以此名称提供的函数。' },
  'job/mode': { title: '模式', description: 'single：由一个 worker 执行一次。' },
  'job/input': { title: '输入', description: '执行器得到的内容。字符串中可含 ${{ … }}。' },
  'job/priority': { title: '优先级', description: '在等待 worker 的任务中，9 最先，0 最后。' },
  'http/method': { title: '方法', description: 'HTTP 方法。' },
  'http/url': { title: 'URL', description: '绝对地址，http 或 https。' },
  'http/query': { title: '查询参数', description: '附加到 URL 的参数，会做百分号编码。' },
  'http/headers': { title: '请求头', description: '按名称列出的请求头。' },
  'http/body': { title: '请求体', description: '以 JSON 发送；文本则原样发送。' },
  'http/successWhen': {
    title: '成功条件',
    description: '针对 status、headers 与 body 的条件。留空：200 到 299 的状态。',
  },
  'http/timeoutMs': { title: '超时', description: '一次调用的最长时间。' },
  'decision/mode': { title: '模式', description: 'first：第一个成立的分支。all：所有成立的分支。' },
  'decision/cases': { title: '分支', description: '按此顺序判断。都不成立时走端口“default”。' },
  'decision/cases/*/name': { title: '名称', description: '端口的名称。' },
  'decision/cases/*/when': { title: '条件', description: '例如 input.total > 100。' },
  'transform/output': {
    title: '输出',
    description: 'nodes.<key>.output 的值。字符串中可含 ${{ … }}。',
  },
  'transform/context': { title: '上下文', description: '写入运行共享上下文的键。' },
  'wait/durationMs': { title: '时长', description: '等待多久。使用“直到”时留空。' },
  'wait/until': {
    title: '直到',
    description:
      '一个时刻（时间戳、RFC 3339 文本或毫秒时间戳），或从现在起的时长，例如 duration("90s")。',
  },
  'succeed/output': { title: '输出', description: '运行的输出。留空：使用设置中的输出。' },
  'fail/code': { title: '代码', description: '错误的大写名称。' },
  'fail/message': { title: '消息', description: '出了什么问题。可含 ${{ … }}。' },
};

/** Whether a field of a node type has words in Chinese. */
export function hasChineseText(type: string, path: string): boolean {
  return Object.hasOwn(ZH_CN, `${type}${path}`);
}

/** Texts of a config field in a language; empty for English, which the schema holds. */
export function nodeFieldText(type: string, language: Language): (path: string) => FieldText {
  if (language === 'en') return () => ({});
  return (path) => (Object.hasOwn(ZH_CN, `${type}${path}`) ? (ZH_CN[`${type}${path}`] ?? {}) : {});
}
