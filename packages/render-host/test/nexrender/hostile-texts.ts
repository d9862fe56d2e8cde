/*
 * Texts that would leave their quotes in a script if one escape is missing on the way. `canary` is
 * a function of the script's world and must never run (after-effects-world.ts).
 */
const RUN = 'canary()';

/** Forty texts. Each one is the whole value of a field. */
export const HOSTILE_TEXTS: readonly string[] = [
  `clip'_'+system.callSystem('id')+'.mov`,
  `'+${RUN}+'`,
  `''+${RUN}+''`,
  `"+${RUN}+"`,
  `'"+${RUN}+"'`,
  `');${RUN};('`,
  `");${RUN};("`,
  `'};${RUN};var x={a:'`,
  `\\'+${RUN}+\\'`,
  `\\\\'+${RUN}+\\\\'`,
  `\\\\\\'+${RUN}//`,
  `\\"+${RUN}//`,
  `';${RUN}//`,
  `'\n${RUN}\n'`,
  `'\r\n${RUN}//`,
  `\n${RUN}\n`,
  `\u2028${RUN}\u2028`,
  `'\u2029${RUN}//`,
  `*/${RUN}/*`,
  `'*/+${RUN}/*'`,
  `/*USERSCRIPT*/`,
  `'/*COMPOSITION*/+${RUN}+'`,
  `</script><script>${RUN}</script>`,
  `<!--\n${RUN}\n--!>`,
  `$'+${RUN}+$'`,
  "$&$`$'$$$1$<x>",
  `$\`;${RUN};'`,
  `$value'+${RUN}`,
  `\${${RUN}}`,
  `\`\${${RUN}}\``,
  `\0'+${RUN}+'`,
  `\ud800'+${RUN}+'\udfff`,
  `\u200d'\u200b+${RUN}\ufeff+\u00ad'`,
  `\u202e'+)(yranac+'${RUN}`,
  `\\u0027+${RUN}+\\u0027`,
  `\\x27+${RUN}+\\x27`,
  `%27+${RUN}+%27%2e%2e%2F`,
  `表'+${RUN}+'ソ\\`,
  `eval("${RUN}")`,
  `Größe “neu” – it's "½" プロジェクト 👩‍👩‍👧 \\ 100% #1 & <b>`,
];
