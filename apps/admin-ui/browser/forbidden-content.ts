const add = (tag: string, setUp: string, parent = 'body') =>
  `const it = document.createElement('${tag}'); ${setUp} document.${parent}.append(it);`;
const insert = (html: string) => `document.body.insertAdjacentHTML('beforeend', '${html}');`;

/** Code that injects something into the page, and the policy directive that must block it. */
export const FORBIDDEN_CONTENT = [
  {
    what: 'an inline script',
    directive: 'script-src-elem',
    code: add('script', "it.textContent = 'window.ran = true';"),
  },
  {
    what: 'a script from elsewhere',
    directive: 'script-src-elem',
    code: add('script', "it.src = 'https://evil.example/x.js';"),
  },
  {
    what: 'an event attribute',
    directive: 'script-src-attr',
    code:
      insert('<b onclick="window.ran = true"></b>') +
      "document.querySelector('b[onclick]').click();",
  },
  {
    what: 'a javascript: link',
    directive: 'script-src-elem',
    code: `${add('a', "it.href = 'javascript:window.ran = true';")} it.click();`,
  },
  {
    what: 'code in a string',
    directive: 'script-src',
    code: "setTimeout('window.ran = true');",
  },
  {
    what: 'an inline style',
    directive: 'style-src-elem',
    code: add('style', "it.textContent = 'body { display: none }';"),
  },
  {
    what: 'a style attribute',
    directive: 'style-src-attr',
    code: insert('<i style="position: fixed"></i>'),
  },
  {
    what: 'a picture that tells elsewhere',
    directive: 'img-src',
    code: "new Image().src = 'https://evil.example/x.png';",
  },
  {
    what: 'a request to elsewhere',
    directive: 'connect-src',
    code: "fetch('https://evil.example/').catch(() => {});",
  },
  {
    what: 'a frame',
    directive: 'frame-src',
    code: add('iframe', "it.src = 'data:text/html,x';"),
  },
  {
    what: 'a plug-in',
    directive: 'object-src',
    code: add('object', "it.data = 'https://evil.example/x.swf';"),
  },
  {
    what: 'a form that sends elsewhere',
    directive: 'form-action',
    code: `${add('form', "it.action = 'https://evil.example/';")} it.submit();`,
  },
  {
    what: 'another base',
    directive: 'base-uri',
    code: add('base', "it.href = 'https://evil.example/';", 'head'),
  },
] as const;
