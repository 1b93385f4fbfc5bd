/** What stands between the tags of a seller's HTML, a line for each of its blocks; entities stay as they are. Each pattern goes over the text once, whatever it holds. */
export function textBetweenTags(html: string): string {
  const shown = without(without(html, /<(?:script|style)\b/gi, /<\/(?:script|style)\s?>/gi), /<!--/g, /-->/g);
  return shown.replaceAll(/<(?:br|\/p|\/div|\/li|\/tr)\b[^<>]*>/gi, '\n').replaceAll(/<[^<>]*>/g, ' ');
}

/** Blanks in a row as one, lines without their edges, none that is empty. */
export function tidyLines(text: string): string {
  return text.split('\n').map((line) => line.split(/\s/).filter((word) => word !== '').join(' ')).filter((line) => line !== '').join('\n');
}

/** Without what stands from each beginning to the next end; what has no end goes to the end of the text. */
function without(text: string, begin: RegExp, end: RegExp): string {
  let kept = '';
  for (let at = 0; ;) {
    begin.lastIndex = at;
    const found = begin.exec(text);
    if (!found) return kept + text.slice(at);
    kept += `${text.slice(at, found.index)} `;
    end.lastIndex = begin.lastIndex;
    if (!end.exec(text)) return kept;
    at = end.lastIndex;
  }
}
