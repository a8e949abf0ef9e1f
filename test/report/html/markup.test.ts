import { expect, it } from 'vitest';
import { html, scriptJson } from '../../../src/report/html/markup.js';

it('escapes values, joins lists, and leaves markup and nothing as they are', () => {
  const name = '<b a="1">&\'';
  expect(html`<p title="${name}">${[html`<i>${1}</i>`, ' & ', undefined, false, null]}</p>`.text).toBe(
    '<p title="&lt;b a=&quot;1&quot;&gt;&amp;&#39;"><i>1</i> &amp; </p>',
  );
});

it('writes JSON that ends no script', () => {
  const value = { a: '</script><!--' };
  const { text } = scriptJson(value);
  expect(text).not.toContain('<');
  expect(JSON.parse(text)).toEqual(value);
});
