/** Messages are cut to this length. */
const LONGEST = 400;

/**
 * A message of onnxruntime on one line, without source locations, C++ signatures and status prefixes:
 * `[ONNXRuntimeError] : 1 : FAIL : /onnxruntime_src/x.cc:187 void f(const T&) Missing opset` becomes `Missing opset`.
 */
export function shortMessage(message: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: its log lines are coloured
  let text = message.replaceAll(/\x1b\[[0-9;]*m/g, '').trim();
  for (let before = ''; before !== text; ) {
    before = text;
    text = text
      .replace(
        /^(\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : |Exception during initialization: |Load model from .*? failed:|Error: )/,
        '',
      )
      .trim();
    text = withoutLocation(text);
  }
  const [line = ''] = text.split('\n');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** Removes a leading `/path/file.cc:12 signature(...)` with balanced parentheses. */
function withoutLocation(text: string): string {
  const location = /^(\/onnxruntime_src\/)?[\w./-]+\.(cc|h|cpp):\d+ /.exec(text);
  if (!location) return text;
  const rest = text.slice(location[0].length);
  // A full path is followed by a signature, a short one by a function name.
  if (!location[1]) return rest.replace(/^[A-Z]\w* (?=[A-Z])/, '');
  let depth = 0;
  for (let at = rest.indexOf('('); at >= 0 && at < rest.length; at++) {
    if (rest[at] === '(') depth++;
    else if (rest[at] === ')' && --depth === 0)
      return rest
        .slice(at + 1)
        .replace(/^( const)?( \[with [^\]]*\])?/, '')
        .trim();
  }
  return rest;
}
