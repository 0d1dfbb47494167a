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
  'script/code': {
    title: '代码',
    description:
      '一个 async JavaScript 函数的函数体：读取 input，返回输出，用 console 写日志。没有网络与文件。',
  },
  'script/input': { title: '输入', description: '代码看到的 input。字符串中可含 ${{ … }}。' },
  'script/timeoutMs': { title: '超时', description: '代码最多可用的时间。' },
  'script/memoryMb': { title: '内存', description: '代码最多可用的内存，单位 MB。' },
  'notify/channel': {
    title: '渠道',
    description:
      'webhook：向一个地址发送签名的 JSON。chat：向聊天室的 webhook 发送文本。email：由此 Heddle 的邮件服务器发送。',
  },
  'notify/url': { title: 'URL', description: 'webhook 的绝对地址，http 或 https。' },
  'notify/payload': { title: '数据', description: 'webhook 得到的数据。留空：null。' },
  'notify/to': { title: '收件人', description: '邮件的收件地址。' },
  'notify/to/*': { title: '地址', description: '例如 ana@example.com。' },
  'notify/subject': { title: '主题', description: '邮件的主题。' },
  'notify/text': { title: '文本', description: '在聊天或邮件中所说的内容。' },
  'subworkflow/workflow': { title: '工作流', description: '此命名空间中某个工作流的名称。' },
  'subworkflow/version': {
    title: '版本',
    description: '版本号。留空：节点启动时已发布的版本。',
  },
  'subworkflow/input': { title: '输入', description: '子运行的输入。字符串中可含 ${{ … }}。' },
  'forEach/items': {
    title: '各项',
    description:
      '一个列表，例如 input.orders；若为映射，则为其 { key, value } 条目。最多 100,000 项。',
  },
  'forEach/itemInput': {
    title: '每项的输入',
    description: '内部图得到的输入；可用 item 与 index。留空：{ item, index }。',
  },
  'forEach/label': { title: '标签', description: '给人看的项名，例如 ${{ item.id }}。' },
  'forEach/concurrency': { title: '同时执行', description: '同时运行的项数。' },
  'forEach/stopWhen': {
    title: '何时停止',
    description:
      '每项之后判断的条件，可用 item、index、output、error、status、succeeded 与 failed：不再启动后续项，节点成功。',
  },
  'forEach/tolerate': {
    title: '容忍',
    description: '有多少项可以失败或被取消而节点不失败。留空：不容忍。',
  },
  'forEach/tolerate/count': { title: '数量', description: '项数。' },
  'forEach/tolerate/share': { title: '比例', description: '占所有项的比例，0 到 1。' },
  'forEach/onExceeded': {
    title: '失败超出时',
    description: 'cancel：取消正在运行的项。finish：让它们先结束。',
  },
  'forEach/collect': {
    title: '收集',
    description: '输出中为每个成功项保存的内容；可用 item、index 与 output。留空：其输出。',
  },
  'forEach/body': { title: '内部图', description: '对每一项运行的内容。' },
  'loop/input': {
    title: '每次迭代的输入',
    description:
      '内部图得到的输入；可用 index 与 previous（上次的输出）。留空：{ index, previous }。',
  },
  'loop/until': {
    title: '直到',
    description: '每次迭代后判断的条件，可用 index、output 与 previous：成立时循环结束。',
  },
  'loop/maxIterations': { title: '最多', description: '无论如何都会结束循环的迭代次数。' },
  'loop/delayMs': { title: '间隔', description: '两次迭代之间的时间。' },
  'loop/onExhausted': {
    title: '始终不成立时',
    description: 'fail：节点以 LOOP_EXHAUSTED 失败。succeed：以最后的输出成功。',
  },
  'loop/body': { title: '内部图', description: '每次迭代运行的内容。' },
  'signal/name': { title: '名称', description: '信号的名称。' },
  'signal/key': {
    title: '键',
    description: '区分同名的信号，例如 ${{ input.orderId }}。留空：只看名称。',
  },
  'signal/expiresMs': { title: '过期时间', description: '最长等待时间。留空：无期限。' },
  'signal/onExpiry': {
    title: '过期时',
    description: 'fail：节点以 EXPIRED 失败。succeed：以输出 null 成功。',
  },
  'approval/title': { title: '标题', description: '需要决定什么。' },
  'approval/description': { title: '说明', description: '决定者需要知道的内容。' },
  'approval/form': {
    title: '表单',
    description: '批准时必须给出的值的 JSON Schema。留空：无。',
  },
  'approval/assignees': {
    title: '指定人',
    description: '可以决定的人的邮箱地址。留空：每位操作员。',
  },
  'approval/assignees/*': { title: '地址', description: '邮箱地址。' },
  'approval/expiresMs': { title: '过期时间', description: '最长等待时间。留空：无期限。' },
  'approval/onExpiry': {
    title: '过期时',
    description: 'fail：节点以 EXPIRED 失败。approve、reject：视为如此决定。',
  },
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
